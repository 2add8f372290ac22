#include "ops/cli/http_client.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "ops/cli/http_answer.h"

namespace syncline {
namespace {

class Socket {
 public:
  explicit Socket(int handle) : handle_(handle) {}
  Socket(Socket&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Socket() {
    if (handle_ >= 0) ::close(handle_);
  }
  int handle() const { return handle_; }

 private:
  int handle_;
};

std::string text(const ServerAddress& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]" : address.host) + ":" + address.port;
}

Error unreachable(const ServerAddress& address, const std::string& why) {
  return {ErrorCode::io, "the server at " + text(address) + " could not be reached: " + why +
                             "; is it running, and is the address right?"};
}

Result<Socket> connect(const ServerAddress& address, std::chrono::seconds patience) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int fault =
          ::getaddrinfo(address.host.c_str(), address.port.c_str(), &wanted, &found)) {
    return unreachable(address, ::gai_strerror(fault));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  int fault = 0;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    Socket socket(::socket(each->ai_family, each->ai_socktype | SOCK_CLOEXEC, each->ai_protocol));
    const timeval wait{patience.count(), 0};
    ::setsockopt(socket.handle(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::setsockopt(socket.handle(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    if (::connect(socket.handle(), each->ai_addr, each->ai_addrlen) == 0) return socket;
    fault = errno;
  }
  return unreachable(address, std::strerror(fault));
}

bool write_all(const Socket& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket.handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

Result<ServerAddress> server_address_from(std::string_view url) {
  const Error fault{ErrorCode::invalid,
                    "`" + std::string(url) + "` is not a server's address; write http://HOST:PORT"};
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return fault;
  url.remove_prefix(kScheme.size());
  if (url.ends_with('/')) url.remove_suffix(1);
  const auto colon = url.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == url.size()) return fault;
  std::string_view host = url.substr(0, colon);
  const std::string_view port = url.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (port.find_first_not_of("0123456789") != std::string_view::npos || port.size() > 5 ||
      host.empty() || host.find_first_of("/@?#[] ") != std::string_view::npos) {
    return fault;
  }
  return ServerAddress{std::string(host), std::string(port)};
}

std::string path_segment(std::string_view segment) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : segment) {
    if (unreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return encoded;
}

struct HttpClient::Question {
  std::string_view method;
  std::string_view target;
  std::string_view accept;
  std::chrono::seconds patience;
  std::string_view fields{};
  std::string_view body{};
};

Result<HttpAnswer> HttpClient::send(std::string_view method, std::string_view target,
                                    std::chrono::seconds patience) const {
  return exchange({method, target, "*/*", patience}, nullptr);
}

Result<HttpAnswer> HttpClient::stream(std::string_view method, std::string_view target,
                                      std::string_view accept, const Sink& sink) const {
  return exchange({method, target, accept, std::chrono::seconds(60)}, &sink);
}

Result<HttpAnswer> HttpClient::post(std::string_view target, std::string_view fields,
                                    std::string_view body, std::chrono::seconds patience) const {
  return exchange({"POST", target, "*/*", patience, fields, body}, nullptr);
}

Result<HttpAnswer> HttpClient::exchange(const Question& question, const Sink* sink) const {
  const auto socket = connect(address_, question.patience);
  if (socket.has_error()) return socket.error();

  std::string request;
  request.append(question.method).append(" ").append(question.target);
  request.append(" HTTP/1.1\r\nHost: ").append(text(address_));
  request.append("\r\nConnection: close\r\nUser-Agent: syncline\r\nAccept: ");
  request.append(question.accept).append("\r\n");
  if (!token_.empty()) request.append("Authorization: Bearer ").append(token_).append("\r\n");
  if (question.method != "GET") {
    request.append("Content-Length: ").append(std::to_string(question.body.size())).append("\r\n");
  }
  request.append(question.fields).append("\r\n").append(question.body);
  if (!write_all(*socket, request)) return unreachable(address_, std::strerror(errno));

  HttpAnswer answer;
  HttpAnswerReader reader;
  const HttpAnswerReader::Body body = [&](std::string_view piece) {
    if (sink != nullptr && reader.status() == 200) return (*sink)(piece);
    answer.body.append(piece);
    return true;
  };
  std::array<char, 64 * 1024> buffer;
  auto state = HttpAnswerReader::State::more;
  while (state == HttpAnswerReader::State::more) {
    const auto got = ::recv(socket->handle(), buffer.data(), buffer.size(), 0);
    if (got < 0) return unreachable(address_, std::strerror(errno));
    state =
        got == 0 ? reader.end() : reader.take({buffer.data(), static_cast<std::size_t>(got)}, body);
  }
  if (state == HttpAnswerReader::State::broken) {
    return Error{ErrorCode::io, "the answer of the server at " + text(address_) +
                                    " broke off; ask again, and look at its log"};
  }
  answer.status = reader.status();
  answer.retry_after = reader.retry_after();
  return answer;
}

}  // namespace syncline
