#include "bench/load/clients.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/load/cpu.h"

namespace syncline::load {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPatienceMs = 10'000;
constexpr std::size_t kReadBytes = 64 * 1024;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(errno == 0 ? what : what + ": " + std::strerror(errno));
}

[[noreturn]] void fail_bad_answer(std::string_view bytes) {
  errno = 0;
  fail("bad answer: " + std::string(bytes.substr(0, 1000)));
}

class Client {
 public:
  Client(std::uint16_t port, const Wire& wire) : wire_(wire), exchange_(wire.exchange) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd_ < 0) fail("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      fail("connect to port " + std::to_string(port));
    }
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval patience{kPatienceMs / 1000, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    greet();
  }
  ~Client() { close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  int fd() const { return fd_; }
  bool all_sent() const { return sent_ == exchange_.bytes().size(); }
  int events() const { return exchange_.events(); }
  Clock::time_point started() const { return started_; }

  void start(std::uint64_t& next_id) {
    exchange_.renumber(next_id);
    missing_ = exchange_.answers();
    sent_ = 0;
    started_ = Clock::now();
    send_more();
  }

  void send_more() {
    const std::string& bytes = exchange_.bytes();
    const ssize_t n =
        send(fd_, bytes.data() + sent_, bytes.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN) fail("send");
    if (n > 0) sent_ += static_cast<std::size_t>(n);
  }

  // Takes what has arrived; true when it was the last of the answers.
  bool receive() {
    std::array<char, kReadBytes> buffer;
    const ssize_t n = recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) return false;
    if (n <= 0) {
      if (n == 0) errno = 0;
      fail("the server closed a connection");
    }
    const std::string_view arrived(buffer.data(), static_cast<std::size_t>(n));
    if (unread_.empty()) {
      unread_ = arrived.substr(read_answers(arrived));
    } else {
      unread_ += arrived;
      unread_.erase(0, read_answers(unread_));
    }
    return missing_ == 0;
  }

 private:
  void greet() {
    missing_ = wire_.greeting_answers;
    if (missing_ == 0) return;
    if (send(fd_, wire_.greeting.data(), wire_.greeting.size(), MSG_NOSIGNAL) < 0) fail("send");
    std::array<char, kReadBytes> buffer;
    while (missing_ > 0) {
      const ssize_t n = recv(fd_, buffer.data(), buffer.size(), 0);
      if (n <= 0) fail("no answer to the greeting");
      unread_.append(buffer.data(), static_cast<std::size_t>(n));
      unread_.erase(0, read_answers(unread_));
    }
  }

  // How many bytes of `bytes` were whole answers.
  std::size_t read_answers(std::string_view bytes) {
    std::size_t at = 0;
    while (missing_ > 0 && at < bytes.size()) {
      const Answer answer = wire_.read(bytes.substr(at));
      if (!answer.good) fail_bad_answer(bytes.substr(at));
      if (answer.size == 0) break;
      at += answer.size;
      --missing_;
    }
    if (missing_ == 0 && at < bytes.size()) fail_bad_answer(bytes.substr(at));
    return at;
  }

  const Wire& wire_;
  Exchange exchange_;
  int fd_ = -1;
  int missing_ = 0;  // answers
  std::size_t sent_ = 0;
  std::string unread_;
  Clock::time_point started_;
};

class Loop {
 public:
  Loop(const LoadOptions& options, const Wire& wire) : options_(options) {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) fail("epoll");
    for (int i = 0; i < options.clients; ++i) {
      clients_.push_back(std::make_unique<Client>(options.port, wire));
      epoll_event interest{};
      interest.events = EPOLLIN;
      interest.data.ptr = clients_.back().get();
      if (epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_.back()->fd(), &interest) != 0) fail("epoll");
    }
  }
  ~Loop() { close(epoll_); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  LoadResult run() {
    const auto warm = Clock::now() + std::chrono::duration_cast<Clock::duration>(options_.warmup);
    for (auto& client : clients_) start(*client);
    phase_ = Phase::warming;
    while (Clock::now() < warm) turn();
    begin_measuring();
    const auto end = began_ + std::chrono::duration_cast<Clock::duration>(options_.length);
    while (Clock::now() < end && result_.events < options_.most_events) turn();
    end_measuring();
    while (busy_ > 0) turn();  // so that nothing is in flight behind the last measured event
    return result_;
  }

 private:
  enum class Phase { warming, measuring, ending };

  void begin_measuring() {
    result_.server_cpu = server_cpu();
    result_.own_cpu = own_cpu_seconds();
    began_ = Clock::now();
    phase_ = Phase::measuring;
  }

  void end_measuring() {
    result_.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
    result_.own_cpu = own_cpu_seconds() - result_.own_cpu;
    result_.server_cpu = server_cpu() - result_.server_cpu;
    phase_ = Phase::ending;
  }

  double server_cpu() const { return options_.server == 0 ? 0 : tree_cpu_seconds(options_.server); }

  void turn() {
    std::array<epoll_event, 256> ready;
    const int n = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), kPatienceMs);
    if (n < 0 && errno != EINTR) fail("epoll");
    if (n == 0) {
      errno = 0;
      fail("no answer within 10 s");
    }
    for (int i = 0; i < n; ++i) {
      Client& client = *static_cast<Client*>(ready[static_cast<std::size_t>(i)].data.ptr);
      if ((ready[static_cast<std::size_t>(i)].events & EPOLLOUT) != 0) {
        client.send_more();
        if (client.all_sent()) watch(client, EPOLLIN);
      }
      if ((ready[static_cast<std::size_t>(i)].events & ~EPOLLOUT) != 0 && client.receive()) {
        finish(client);
      }
    }
  }

  void start(Client& client) {
    ++busy_;
    client.start(next_id_);
    if (!client.all_sent()) watch(client, EPOLLIN | EPOLLOUT);
  }

  void finish(Client& client) {
    --busy_;
    if (phase_ == Phase::measuring) {
      result_.latency.record(static_cast<std::uint64_t>(
          std::chrono::nanoseconds(Clock::now() - client.started()).count()));
      result_.events += static_cast<std::uint64_t>(client.events());
    }
    if (phase_ != Phase::ending) start(client);
  }

  void watch(Client& client, std::uint32_t events) {
    epoll_event interest{};
    interest.events = events;
    interest.data.ptr = &client;
    if (epoll_ctl(epoll_, EPOLL_CTL_MOD, client.fd(), &interest) != 0) fail("epoll");
  }

  const LoadOptions options_;
  std::vector<std::unique_ptr<Client>> clients_;
  int epoll_ = -1;
  Phase phase_ = Phase::warming;
  std::uint64_t next_id_ = 0;
  int busy_ = 0;
  Clock::time_point began_;
  LoadResult result_;
};

}  // namespace

LoadResult run_load(const LoadOptions& options, const Wire& wire) {
  return Loop(options, wire).run();
}

}  // namespace syncline::load
