// A request and a response as handlers see them: no sockets. A handler lives on the
// connection's thread; the request outlives the handler's coroutine.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "connectors/auth/principal.h"
#include "schemas/types.h"

namespace syncline {

// `other`: a token that is none of ours (TRACE, say); it gets 405 wherever the path is known.
enum class Method : std::uint8_t { get, head, post, put, patch, del, options, other };
inline constexpr std::size_t kMethods = 8;
std::string_view name(Method method);
Method parse_method(std::string_view token);  // case-sensitive (RFC 9110, 9.1)

struct Request {
  Method method = Method::get;
  std::string target;  // as sent
  std::string path;    // without the query, still percent-encoded
  std::vector<std::pair<std::string, std::string>> query;    // decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, in order
  std::string body;  // has capacity for simdjson's padding behind it
  std::string peer;  // address without port
  std::string id;    // x-request-id: the client's, when it is sane, else ours
  Time received;

  // Filled by the router.
  std::vector<std::pair<std::string_view, std::string>> params;  // of the route's pattern, decoded
  Principal principal;

  std::string_view header(std::string_view lower_case_name) const;           // "" when absent
  std::optional<std::string_view> query_value(std::string_view name) const;  // the first
  std::string_view param(std::string_view name) const;
};

// The way to a reader that stays. write() fails (false) once the reader is gone or too slow.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  virtual boost::asio::awaitable<bool> write(std::string_view bytes) = 0;
  // The server is draining, the reader has closed its end, or its token has expired.
  virtual bool closing() const = 0;
  // Waits until applied() of the engine is beyond `position`, the deadline, or closing().
  virtual boost::asio::awaitable<void> wait_beyond(Position position, Duration at_most) = 0;
};

// What a problem (problem.h) says, for routes that say it in a shape of their own.
struct Refused {
  std::string code, detail;
};

struct Response {
  int status = 200;
  std::string_view content_type = "application/json";  // a constant: it outlives the response
  std::string body;
  std::shared_ptr<const Refused> refused;  // set on every problem
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<Position> position;  // x-syncline-position; unset: applied() when it was answered
  // When set, the body is what it writes (chunked), and the connection ends behind it.
  std::function<boost::asio::awaitable<void>(StreamWriter&)> stream;
  std::optional<Time> stream_until;  // then the stream is closing(); filled by the router
};

using Handler = std::function<boost::asio::awaitable<Response>(const Request&)>;

}  // namespace syncline
