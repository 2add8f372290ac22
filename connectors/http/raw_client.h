// A client that sends and sees bytes, for tests of what no well-behaved client would send.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>

namespace syncline {

// Every read has a deadline of ten seconds.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(io_) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    const timeval deadline{10, 0};
    setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  }
  void send(std::string_view bytes) {
    boost::system::error_code ignored;
    boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
  }
  // Until `mark` has come; what came with it. "" when the end came first.
  std::string read_to(std::string_view mark) {
    while (in_.find(mark) == std::string::npos)
      if (!read()) return {};
    const std::size_t end = in_.find(mark) + mark.size();
    std::string out = in_.substr(0, end);
    in_.erase(0, end);
    return out;
  }
  // Head and body of one answer with a length.
  std::string answer() {
    std::string head = read_to("\r\n\r\n");
    const std::size_t at = head.find("content-length: ");
    const std::size_t size = at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
    while (in_.size() < size && read()) {
    }
    head += in_.substr(0, size);
    in_.erase(0, size);
    return head;
  }
  std::string rest() {
    while (read()) {
    }
    return std::exchange(in_, {});
  }
  bool closed() { return rest().empty() && ended_; }
  void close_write() { socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send); }
  void close() { socket_.close(); }

 private:
  bool read() {
    std::array<char, 4096> bytes;
    const ssize_t got = ::recv(socket_.native_handle(), bytes.data(), bytes.size(), 0);
    ended_ = got == 0 || (got < 0 && errno == ECONNRESET);
    if (got <= 0) return false;
    in_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
  }
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
  std::string in_;
  bool ended_ = false;
};

}  // namespace syncline
