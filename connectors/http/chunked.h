// The strict reader of a chunked body (RFC 9112, 7.1), the guard's other half: sizes are
// hexadecimal digits and nothing else, every line ends with CRLF, extensions and trailers are
// bounded, checked and thrown away. Pure; fed with whatever the network brings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/http/guard.h"

namespace syncline {

class ChunkedReader {
 public:
  enum class Verdict : std::uint8_t { more, complete, refused };
  struct Step {
    Verdict verdict;
    std::size_t consumed;  // of the bytes given; what is behind them is the next request's
  };

  void reset(std::size_t body_limit);  // over it: refused with 413
  // Appends the data to `body`.
  Step feed(std::string_view bytes, std::string& body);
  const HttpRefusal& refusal() const { return refusal_; }

 private:
  enum class State : std::uint8_t { size_line, data, data_end, trailers, complete, refused };

  // One line into line_; false: it has not ended yet, or was refused.
  bool take_line(std::string_view& bytes, std::size_t limit, int status);
  void take_data(std::string_view& bytes, std::string& body);
  void read_size(std::size_t body_bytes);
  void read_trailer();
  void refuse(int status, std::string_view reason);

  State state_ = State::size_line;
  std::string line_;
  std::size_t body_limit_ = 0;
  std::size_t left_ = 0;      // of this chunk's data
  std::size_t overhead_ = 0;  // extensions and trailers so far
  HttpRefusal refusal_;
};

}  // namespace syncline
