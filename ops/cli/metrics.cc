#include "ops/cli/metrics.h"

#include <mutex>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "connectors/cloudevents/attributes.h"
#include "ops/cli/process_figures.h"
#include "ops/cli/route_counts.h"

namespace syncline {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

// From a commit in memory (tests) to a disk in trouble.
const Histogram::BucketBoundaries kSeconds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                           0.01,   0.025,   0.05,   0.1,   0.25,   0.5,
                                           1,      2.5,     5,      10};
// Up to limits::kCommitEvents; an atomic request alone may be larger.
const Histogram::BucketBoundaries kEvents{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096};

constexpr std::chrono::seconds kSlowCommit{1};

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

Family<Gauge>& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}
Family<Counter>& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}
Family<Histogram>& histogram(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

}  // namespace

struct Metrics::Families {
  explicit Families(Logs& logs) : mirror(registry, logs) {}

  prometheus::Registry registry;
  MirrorFigures mirror;
  std::mutex scrape;  // one at a time sets the gauges and reads them

  Histogram& append_seconds =
      histogram(registry, "syncline_append_seconds",
                "From the queue before the sequencer to the answer, durable and folded.")
          .Add({}, kSeconds);
  Histogram& commit_events =
      histogram(registry, "syncline_commit_events", "Events in one commit.").Add({}, kEvents);
  Histogram& commit_sync_seconds =
      histogram(registry, "syncline_commit_sync_seconds", "Write and fsync of one commit.")
          .Add({}, kSeconds);
  Counter& committed_bytes =
      counter(registry, "syncline_committed_bytes_total", "Bytes of events written to the log.")
          .Add({});

  Counter& torn_tails =
      counter(registry, "syncline_log_torn_tails_total",
              "Unfinished last records that were dropped at start: never acknowledged.")
          .Add({});

  Gauge& queued =
      gauge(registry, "syncline_queue_drafts", "Drafts that wait for the sequencer.").Add({});
  Gauge& head =
      gauge(registry, "syncline_log_head_position", "Position of the last durable event.").Add({});
  Gauge& closed =
      gauge(registry, "syncline_log_closed", "1 when a failed write closed the log for writing.")
          .Add({});
  Gauge& disk_free =
      gauge(registry, "syncline_disk_free_bytes", "Room on the disk of the data folder.").Add({});
  Gauge& disk_reserve = gauge(registry, "syncline_disk_reserve_bytes",
                              "Below so much room, appends are answered 507.")
                            .Add({});
  Counter& failed_reads = counter(registry, "syncline_failed_reads_total",
                                  "Events, indexes and views that could not be read from disk.")
                              .Add({});
  Family<Gauge>& lag = gauge(registry, "syncline_projection_lag_events",
                             "Events in the log that the projection has not folded yet.");
  Family<Gauge>& past_lag = gauge(
      registry, "syncline_past_lag_events",
      "Events that the projection's past does not cover yet; up to 16384 is as it should be.");
  Family<Gauge>& sessions =
      gauge(registry, "syncline_sessions", "Sessions in each state at this instant.");
  Family<Gauge>& presences =
      gauge(registry, "syncline_presences", "Users in each module at this instant.");
  Gauge& connections =
      gauge(registry, "syncline_http_connections", "Open HTTP connections.").Add({});
  Gauge& resident = gauge(registry, "process_resident_memory_bytes", "Resident memory.").Add({});
  Gauge& open_files = gauge(registry, "process_open_fds", "Open file descriptors.").Add({});

  Family<Counter>& refused =
      counter(registry, "syncline_http_refused_total",
              "Requests and connections refused before a route was found, by reason.");
  Family<Counter>& failed = counter(registry, "syncline_http_problems_total",
                                    "Problems that were answered, by route and code.");
  RouteCounts routes{
      counter(registry, "syncline_http_requests_total", "Answers by method, route and status."),
      histogram(registry, "syncline_http_request_seconds", "From the whole request to the answer."),
      kSeconds};
};

Metrics::Metrics(Logs& logs) : logs_(logs), families_(std::make_unique<Families>(logs)) {
  gauge(families_->registry, "syncline_build_info", "Always 1; the labels say what runs.")
      .Add({{"version", SYNCLINE_VERSION}, {"compiler", __VERSION__}})
      .Set(1);
  // A rate has no first refusal that it does not see.
  for (const std::string_view reason : kRefusedReasons) {
    families_->refused.Add({{"reason", std::string(reason)}});
  }
}

Metrics::~Metrics() = default;

void Metrics::committed(std::size_t events, std::size_t bytes, std::chrono::nanoseconds write) {
  families_->commit_events.Observe(static_cast<double>(events));
  families_->committed_bytes.Increment(static_cast<double>(bytes));
  families_->commit_sync_seconds.Observe(seconds(write));
  if (write >= kSlowCommit) {
    logs_.warning("slow commit", {{"seconds", seconds(write)}, {"events", events}});
  }
}

void Metrics::answered(std::chrono::nanoseconds since_queued) {
  families_->append_seconds.Observe(seconds(since_queued));
}

void Metrics::log_closed(const Error& why) {
  logs_.error("log closed for writing",
              {{"code", std::string(name(why.code))}, {"why", why.message}});
}

void Metrics::disk_full(const Error& why) {
  logs_.warning("the disk is almost full: appends are answered 507", {{"why", why.message}});
}

void Metrics::disk_has_room() { logs_.info("the disk has room again: appends go on"); }

void Metrics::torn_tail(std::uint64_t bytes) {
  families_->torn_tails.Increment();
  logs_.info("the log ended with a record that was never whole, and never acknowledged; it is gone",
             {{"bytes", bytes}});
}

void Metrics::noticed(const std::string& what) { logs_.warning(what); }

void Metrics::read_failed(const Error& why) {
  families_->failed_reads.Increment();
  logs_.error("a read failed", {{"code", std::string(name(why.code))}, {"why", why.message}});
}

// The route as it is mounted, not the path, and nothing of the query or the headers but the trace:
// ids of people and secrets are in the others.
void Metrics::answered(const Request& request, std::string_view pattern, const Response& response,
                       std::chrono::nanoseconds took) {
  const auto& entry = families_->routes.find(request.method, pattern, response.status);
  entry.requests->Increment();
  entry.seconds->Observe(seconds(took));
  if (!logs_.writes(LogLevel::debug)) return;
  const std::size_t bytes = request.method == Method::head ? 0 : response.body.size();
  logs_.debug("request", {{"method", std::string(name(request.method))},
                          {"route", std::string(pattern)},
                          {"status", static_cast<std::uint64_t>(response.status)},
                          {"seconds", seconds(took)},
                          {"bytes", std::uint64_t{bytes}},
                          {"caller", std::string(name(request.principal.kind))},
                          {"address", request.peer},
                          {"id", request.id},
                          {"trace", std::string(trace_id(request.header("traceparent")))}});
}

void Metrics::failed(std::string_view pattern, std::string_view code) {
  families_->failed.Add({{"route", std::string(pattern)}, {"code", std::string(code)}}).Increment();
}

void Metrics::refused(std::string_view reason) {
  families_->refused.Add({{"reason", std::string(reason)}}).Increment();
  logs_.debug("refused", {{"reason", std::string(reason)}});
}

MirrorFigures& Metrics::mirror() { return families_->mirror; }

std::string Metrics::text(const Instant& now) {
  auto& f = *families_;
  const std::lock_guard lock(f.scrape);
  f.queued.Set(static_cast<double>(now.queued));
  f.head.Set(static_cast<double>(now.head));
  f.closed.Set(now.log_closed ? 1 : 0);
  f.disk_free.Set(static_cast<double>(now.disk_free));
  f.disk_reserve.Set(static_cast<double>(now.disk_reserve));
  f.connections.Set(static_cast<double>(now.connections));
  for (const auto& [projection, events] : now.projection_lag) {
    f.lag.Add({{"projection", projection}}).Set(static_cast<double>(events));
  }
  for (const auto& [projection, events] : now.past_lag) {
    f.past_lag.Add({{"projection", projection}}).Set(static_cast<double>(events));
  }
  for (const auto& [status, count] : now.sessions) {
    f.sessions.Add({{"status", status}}).Set(static_cast<double>(count));
  }
  for (const auto& [module, count] : now.presences) {
    f.presences.Add({{"module", module}}).Set(static_cast<double>(count));
  }
  f.mirror.set(now.mirror);
  const ProcessFigures process = process_figures();
  f.resident.Set(static_cast<double>(process.resident_bytes));
  f.open_files.Set(static_cast<double>(process.open_files));
  return prometheus::TextSerializer().Serialize(f.registry.Collect());
}

}  // namespace syncline
