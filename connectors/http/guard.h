// The strict reader of a request's head (RFC 9112): everything the network sends passes here first.
// Where the RFC lets a reader be lenient and two readers could come to two opinions about where a
// request ends (request smuggling), this one refuses, and the connection is closed behind the
// answer.
//
// Pure: bytes in, a verdict out. The bytes belong to the caller, and what the head points to lives
// as long as they do. One per connection, reused; used by its thread alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace syncline {

struct HttpRefusal {
  int status = 0;  // 400, 414, 417, 431, 501 or 505; of a body also 413
  std::string_view reason;
};

struct HeadField {
  std::string_view name;   // as sent
  std::string_view value;  // without the white space around it
};

struct RequestHead {
  enum class Body : std::uint8_t { none, sized, chunked };

  std::string_view method;
  std::string_view target;
  std::string_view path;   // "" for CONNECT's host:port, "*" for OPTIONS *
  std::string_view query;  // behind the '?'
  int minor_version = 1;
  Body body = Body::none;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;
  std::vector<HeadField> fields;
  std::size_t size = 0;  // bytes up to and with the empty line
};

class HeadGuard {
 public:
  enum class Verdict : std::uint8_t { more, complete, refused };

  // `bytes`: everything since the request began; called again with more of the same.
  Verdict read(std::string_view bytes);
  void reset();  // for the next request

  const RequestHead& head() const { return head_; }        // when complete
  const HttpRefusal& refusal() const { return refusal_; }  // when refused

 private:
  bool parse(std::string_view lines);
  bool parse_request_line(std::string_view line);
  bool parse_version(std::string_view text);
  bool parse_target(std::string_view target);
  bool parse_field(std::string_view line);
  bool note_field(const HeadField& field);
  bool note_connection(std::string_view value);
  bool note_coding(std::string_view value);
  bool check_whole();
  bool refuse(int status, std::string_view reason);

  std::size_t scanned_ = 0;
  std::size_t start_ = 0;  // behind an empty line in front of the request
  RequestHead head_;
  HttpRefusal refusal_;
  std::string_view host_;
  std::string_view authority_;  // of a target in absolute form
  bool has_host_ = false;
  bool has_length_ = false;
  bool has_type_ = false;
  bool has_coding_ = false;
  bool says_close_ = false;
  bool says_keep_alive_ = false;
};

// One field line without its CRLF: name token, no space before the colon, no control characters.
// nullptr, or what is wrong with it. Trailers are read by it too.
const char* read_field(std::string_view line, HeadField& out);

bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace syncline
