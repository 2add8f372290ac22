#include "ops/cli/mirror_figures.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace syncline {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;

Family<Gauge>& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}
Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

constexpr MirrorState kLastState = MirrorState::fenced;

}  // namespace

struct MirrorFigures::Families {
  explicit Families(prometheus::Registry& r) : registry(r) {}

  prometheus::Registry& registry;
  Counter& transactions =
      counter(registry, "syncline_mirror_transactions_total", "Transactions that Kafka has taken.");
  Counter& events =
      counter(registry, "syncline_mirror_events_total", "Events in transactions that Kafka has.");
  Counter& bytes = counter(registry, "syncline_mirror_bytes_total",
                           "Bytes of their records, before they are compressed.");
  Counter& aborts = counter(registry, "syncline_mirror_aborts_total",
                            "Transactions that were aborted, to be begun anew.");
  Counter& rebuilds = counter(registry, "syncline_mirror_rebuilds_total",
                              "Times that the producer was given up, to make another one.");
  Family<Gauge>& state =
      gauge(registry, "syncline_mirror_state", "1 for the state that the mirror is in.");
  Gauge& lag = gauge(registry, "syncline_mirror_lag_events",
                     "Events in the log that Kafka does not have yet.")
                   .Add({});
  Gauge& age = gauge(registry, "syncline_mirror_lag_seconds",
                     "Since the oldest event was written that Kafka does not have.")
                   .Add({});
};

MirrorFigures::MirrorFigures(prometheus::Registry& registry, Logs& logs)
    : logs_(logs), families_(std::make_unique<Families>(registry)) {}

MirrorFigures::~MirrorFigures() = default;

void MirrorFigures::mirror_state(MirrorState state, const std::string& why) {
  switch (state) {
    case MirrorState::backing_off:
      families_->rebuilds.Increment();
      if (why != last_why_) {
        logs_.warning("the mirror does not reach Kafka; events wait in the log", {{"why", why}});
      }
      last_why_ = why;
      return;
    case MirrorState::catching_up:
      if (!last_why_.empty()) logs_.info("the mirror goes on");
      last_why_.clear();
      return;
    case MirrorState::refusing:
      logs_.error("the mirror has stopped: Kafka and the log disagree", {{"why", why}});
      return;
    case MirrorState::fenced:
      logs_.error("the mirror has stopped: another process mirrors this node; appends go on here",
                  {{"why", why}});
      return;
    default:
      return;
  }
}

void MirrorFigures::mirror_committed(std::size_t events, std::size_t bytes) {
  families_->transactions.Increment();
  families_->events.Increment(static_cast<double>(events));
  families_->bytes.Increment(static_cast<double>(bytes));
}

void MirrorFigures::mirror_aborted(const std::string& why) {
  families_->aborts.Increment();
  logs_.warning("a transaction of the mirror was aborted", {{"why", why}});
}

void MirrorFigures::mirror_noticed(const std::string& what) { logs_.warning(what); }

void MirrorFigures::set(const std::optional<MirrorStanding>& now) {
  families_->state.Add({{"state", "off"}}).Set(now ? 0 : 1);
  if (!now) return;
  for (int each = 0; each <= static_cast<int>(kLastState); ++each) {
    const auto state = static_cast<MirrorState>(each);
    families_->state.Add({{"state", std::string(name(state))}}).Set(state == now->state ? 1 : 0);
  }
  families_->lag.Set(static_cast<double>(now->lag));
  families_->age.Set(static_cast<double>(now->age.count()) / 1000);
}

}  // namespace syncline
