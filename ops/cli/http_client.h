// A small blocking HTTP/1.1 client (RFC 9112) for the verbs that ask a running server: one
// connection a request, plain TCP. One thread. An error's message names the address and what to do.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace syncline {

struct ServerAddress {
  std::string host;  // without brackets
  std::string port;
};
// "http://host:port", with or without a slash behind it.
Result<ServerAddress> server_address_from(std::string_view url);

// One segment of a path: everything but RFC 3986's unreserved characters is encoded.
std::string path_segment(std::string_view text);

struct HttpAnswer {
  int status = 0;
  std::string body;           // empty when it was handed to a sink
  std::string retry_after{};  // as it was sent; "": it was not
};

class HttpClient {
 public:
  // What the body is handed to, piece by piece; false ends the request.
  using Sink = std::function<bool(std::string_view)>;

  HttpClient(ServerAddress address, std::string token)
      : address_(std::move(address)), token_(std::move(token)) {}

  // `patience`: how long it waits for the next bytes.
  Result<HttpAnswer> send(std::string_view method, std::string_view target,
                          std::chrono::seconds patience = std::chrono::seconds(30)) const;
  // The body of a 200 goes to `sink`; any other is kept in the answer. A body that ends before its
  // end is an error. `accept`: the media type it asks for.
  Result<HttpAnswer> stream(std::string_view method, std::string_view target,
                            std::string_view accept, const Sink& sink) const;
  // `fields`: of the request, each with its line end.
  Result<HttpAnswer> post(std::string_view target, std::string_view fields, std::string_view body,
                          std::chrono::seconds patience) const;

 private:
  struct Question;
  Result<HttpAnswer> exchange(const Question& question, const Sink* sink) const;

  ServerAddress address_;
  std::string token_;
};

}  // namespace syncline
