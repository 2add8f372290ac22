// The load of the crash tests: closed-loop clients that append events and sync sessions until the
// server is gone, and that remember what it acknowledged.
//
//   crash_client PORT TOKEN RUN CLIENTS PID ACKS DELAY_US (events | all)
//
// After ACKS acknowledged events, and DELAY_US more, it kills PID (the server) with SIGKILL; ACKS 0
// waits until the server has lost its disk, whose 5xx are no answers, and serves no client. What
// an event holds follows from its id (RUN, client, number): harness.py computes it again. One line
// to stdout for each request or event of a batch:
//   event POSITION ID      acknowledged
//   sync POSITION SESSION LAST_ACTIVITY
//   pending ID             sent, and no answer came
//   wrong TEXT             an answer that no server may give
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

struct Options {
  std::uint16_t port;
  std::string token;
  std::string run;
  int clients;
  pid_t server;
  long acks;
  long delay_us;
  bool syncs;  // sync sessions as well
};

struct Reply {
  int status = 0;
  std::string body;
};

// One keep-alive connection. Everything answers nullopt once the server, or its disk, is gone.
class Connection {
 public:
  Connection(std::uint16_t port, bool diskless)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)), diskless_(diskless) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() { close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  std::optional<Reply> post(const std::string& head, const std::string& body) {
    const std::string request =
        head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    for (std::size_t sent = 0; sent < request.size();) {
      const auto n = connected_
                         ? send(socket_, request.data() + sent, request.size() - sent, MSG_NOSIGNAL)
                         : -1;
      if (n <= 0) return std::nullopt;
      sent += static_cast<std::size_t>(n);
    }
    return read_reply();
  }

 private:
  std::optional<Reply> read_reply() {
    std::size_t end;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more()) return std::nullopt;
    }
    Reply reply;
    reply.status = std::atoi(buffer_.c_str() + std::strlen("HTTP/1.1 "));
    const std::string head = buffer_.substr(0, end + 2);
    const char* length = strcasestr(head.c_str(), "\r\ncontent-length:");
    const std::size_t size =
        length == nullptr ? 0 : std::strtoul(std::strchr(length, ':') + 1, nullptr, 10);
    while (buffer_.size() < end + 4 + size) {
      if (!read_more()) return std::nullopt;
    }
    reply.body = buffer_.substr(end + 4, size);
    buffer_.erase(0, end + 4 + size);
    const bool failed =
        reply.status >= 500 || reply.body.find("\"status\":50") != std::string::npos;
    if (diskless_ && failed) return std::nullopt;
    return reply;
  }

  bool read_more() {
    char piece[16384];
    const auto n = recv(socket_, piece, sizeof piece, 0);
    if (n <= 0) return false;
    buffer_.append(piece, static_cast<std::size_t>(n));
    return true;
  }

  int socket_;
  const bool diskless_;
  bool connected_;
  std::string buffer_;
};

std::vector<long> positions_in(const std::string& body) {
  static const std::string kName = "\"position\":";
  std::vector<long> found;
  for (auto at = body.find(kName); at != std::string::npos; at = body.find(kName, at + 1)) {
    found.push_back(std::strtol(body.c_str() + at + kName.size(), nullptr, 10));
  }
  return found;
}

// Due after so many acknowledged events, or when no client is left to bring more.
class Trigger {
 public:
  Trigger(long acks, int clients) : acks_left_(acks), clients_left_(clients) {}
  void acknowledged() {
    if (--acks_left_ == 0) fire();
  }
  void client_ended() {
    if (--clients_left_ == 0) fire();
  }
  void wait() const { due_.wait(false); }

 private:
  void fire() {
    due_ = true;
    due_.notify_all();
  }
  std::atomic<long> acks_left_;
  std::atomic<int> clients_left_;
  std::atomic<bool> due_ = false;
};

class Client {
 public:
  Client(const Options& options, int number, Trigger& trigger)
      : options_(options),
        number_(number),
        trigger_(trigger),
        connection_(options.port, options.acks == 0),
        random_(std::hash<std::string>{}(options.run) + static_cast<std::size_t>(number)) {}

  void run() {
    for (bool going = true; going;) {
      switch (random_() % 20) {
        case 0:
          going = !options_.syncs || sync_session();
          break;
        case 1:
          going = append_batch(2 + random_() % 20);
          break;
        case 2:
          going = random_() % 8 != 0 || append_batch(400);
          break;
        case 3:
          going = repeat();
          break;
        default:
          going = append_one();
      }
    }
  }

  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::string head(const std::string& path, const std::string& type) const {
    return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " +
           options_.token + "\r\nContent-Type: " + type + "\r\n";
  }
  std::string id_of(long n) const {
    return options_.run + "-" + std::to_string(number_) + "-" + std::to_string(n);
  }
  std::string event(long n) const {
    const std::string client = std::to_string(number_);
    return R"({"specversion":"1.0","id":")" + id_of(n) +
           R"(","source":"/crash","type":"crash.tested","subject":"crash/)" + client +
           R"(","data":{"client":)" + client + R"(,"n":)" + std::to_string(n) + R"(,"pad":")" +
           std::string(static_cast<std::size_t>((n * 37 + number_ * 11) % 600), 'x') + "\"}}";
  }

  bool append_one() {
    const long n = ++last_;
    const auto reply =
        connection_.post(head("/v1/events", "application/cloudevents+json"), event(n));
    if (!reply) return pending(n, n);
    const auto positions = positions_in(reply->body);
    if (reply->status != 201 || positions.size() != 1) return wrong(*reply);
    acknowledged(positions.front(), n);
    return true;
  }

  bool append_batch(unsigned long size) {
    const long first = last_ + 1;
    last_ += static_cast<long>(size);
    std::string body;
    for (long n = first; n <= last_; ++n) body += event(n) + "\n";
    const auto reply = connection_.post(head("/v1/events", "application/x-ndjson"), body);
    if (!reply) return pending(first, last_);
    const auto positions = positions_in(reply->body);
    if (reply->status != 200 || positions.size() != size) return wrong(*reply);
    for (std::size_t i = 0; i < size; ++i) acknowledged(positions[i], first + static_cast<long>(i));
    return true;
  }

  // An event that was acknowledged before, once more: the first position, and nothing new.
  bool repeat() {
    if (kept_.empty()) return true;
    const auto& [n, position] = kept_[random_() % kept_.size()];
    const auto reply =
        connection_.post(head("/v1/events", "application/cloudevents+json"), event(n));
    if (!reply) return false;
    const auto positions = positions_in(reply->body);
    const bool same = positions.size() == 1 && positions.front() == position &&
                      reply->body.find("\"duplicate\":true") != std::string::npos;
    return same || wrong(*reply);
  }

  bool sync_session() {
    const int k = syncs_++;
    const std::string client = std::to_string(number_);
    const std::string session = options_.run + "-" + client + "-" + std::to_string(k / 5);
    char moment[32];
    std::snprintf(moment, sizeof moment, "2025-09-18T%02d:%02d:%02d.000Z", k / 3600 % 24,
                  k / 60 % 60, k % 60);
    const std::string body = R"({"user_id":"crash-)" + client +
                             R"(","session_data":{"session_id":")" + session + R"(","status":")" +
                             (k % 5 == 4   ? "terminated"
                              : k % 2 == 0 ? "active"
                                           : "idle") +
                             R"(","last_activity":")" + moment + "\"}}";
    const auto reply =
        connection_.post(head("/api/centcom/sessions/sync", "application/json"), body);
    if (!reply) return false;  // whether it is kept is up to the server: harness.py allows both
    const auto positions = positions_in(reply->body);
    if (reply->status != 200 || positions.size() != 1) return wrong(*reply);
    lines_.push_back("sync " + std::to_string(positions.front()) + " " + session + " " + moment);
    trigger_.acknowledged();
    return true;
  }

  void acknowledged(long position, long n) {
    lines_.push_back("event " + std::to_string(position) + " " + id_of(n));
    kept_.emplace_back(n, position);
    trigger_.acknowledged();
  }
  bool pending(long first, long last) {
    for (long n = first; n <= last; ++n) lines_.push_back("pending " + id_of(n));
    return false;
  }
  bool wrong(const Reply& reply) {
    lines_.push_back("wrong " + std::to_string(reply.status) + " " + reply.body.substr(0, 300));
    return false;
  }

  const Options& options_;
  const int number_;
  Trigger& trigger_;
  Connection connection_;
  std::mt19937_64 random_;
  long last_ = 0;
  int syncs_ = 0;
  std::vector<std::pair<long, long>> kept_;  // number, position
  std::vector<std::string> lines_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 9) return 2;
  const Options options{static_cast<std::uint16_t>(std::atoi(argv[1])),
                        argv[2],
                        argv[3],
                        std::atoi(argv[4]),
                        std::atoi(argv[5]),
                        std::atol(argv[6]),
                        std::atol(argv[7]),
                        std::string(argv[8]) == "all"};
  Trigger trigger(options.acks, options.clients);
  std::vector<std::vector<std::string>> lines(static_cast<std::size_t>(options.clients));
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < options.clients; ++i) {
      threads.emplace_back([&, i] {
        Client client(options, i, trigger);
        client.run();
        lines[static_cast<std::size_t>(i)] = client.lines();
        trigger.client_ended();
      });
    }
    trigger.wait();
    const auto moment =
        std::chrono::steady_clock::now() + std::chrono::microseconds(options.delay_us);
    while (std::chrono::steady_clock::now() < moment) std::this_thread::yield();
    kill(options.server, SIGKILL);
  }
  for (const auto& of_client : lines) {
    for (const std::string& line : of_client) std::puts(line.c_str());
  }
}
