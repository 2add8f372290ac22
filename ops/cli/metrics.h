// The figures of a running server, for /metrics (Prometheus text format 0.0.4). What happens is
// counted where it happens (engine threads, connection strands); what stands is read at the instant
// of a scrape. Thread-safe; counting an HTTP answer builds no text and finds its counter without a
// lock.
//
// It is the one that hears of rare things too, so it says them in the log: the log closed, a disk
// that is almost full, a slow commit, and at level debug each answer (the access log) and whatever
// was refused before a route was found.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connectors/http/router.h"
#include "engine/observer.h"
#include "ops/cli/logs.h"
#include "ops/cli/mirror_figures.h"

namespace syncline {

// What is read when somebody scrapes.
struct Instant {
  std::uint64_t head = 0;
  bool log_closed = false;
  std::uint64_t disk_free = 0;
  std::uint64_t disk_reserve = 0;
  std::size_t queued = 0;
  std::size_t connections = 0;
  std::vector<std::pair<std::string, std::uint64_t>> projection_lag;
  std::vector<std::pair<std::string, std::uint64_t>> past_lag;
  std::vector<std::pair<std::string, std::uint64_t>> sessions;   // by status
  std::vector<std::pair<std::string, std::uint64_t>> presences;  // by module
  std::optional<MirrorStanding> mirror{};                        // nullopt: there is none
};

class Metrics final : public Observer, public HttpMetrics {
 public:
  explicit Metrics(Logs& logs);
  ~Metrics() override;

  void committed(std::size_t events, std::size_t bytes, std::chrono::nanoseconds write) override;
  void answered(std::chrono::nanoseconds since_queued) override;
  void log_closed(const Error& why) override;
  void disk_full(const Error& why) override;
  void disk_has_room() override;
  void torn_tail(std::uint64_t bytes) override;
  void noticed(const std::string& what) override;
  void read_failed(const Error& why) override;

  void answered(const Request& request, std::string_view pattern, const Response& response,
                std::chrono::nanoseconds took) override;
  void failed(std::string_view pattern, std::string_view code) override;
  void refused(std::string_view reason) override;

  MirrorFigures& mirror();

  std::string text(const Instant& now);

 private:
  struct Families;
  Logs& logs_;
  std::unique_ptr<Families> families_;
};

}  // namespace syncline
