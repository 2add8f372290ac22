#include "bench/append/engine_side.h"

#include <condition_variable>
#include <mutex>
#include <span>

#include "bench/load/cpu.h"
#include "bench/load/wire.h"
#include "engine/engine.h"
#include "projections/history/history_projection.h"

namespace syncline::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

class CommitSizes final : public Observer {
 public:
  void committed(std::size_t events, std::size_t, std::chrono::nanoseconds) override {
    sizes.push_back(events);
  }
  std::vector<std::size_t> sizes;  // written by the sequencer's thread, read when it has stopped
};

std::vector<Draft> make_drafts(const EngineLoad& load) {
  const std::string data = load::event_data({"", load.data_bytes});
  std::vector<Draft> drafts;
  drafts.reserve(load.events);
  for (std::size_t i = 0; i < load.events; ++i) {
    const std::string id = "0199a0b0-0000-7000-8000-" + std::to_string(100'000'000'000 + i);
    const std::string subject = "order/" + std::to_string(1'000'000 + i % 1000);
    EventBody body;
    body.id = id;
    body.source = load::kEventSource;
    body.subject = subject;
    body.payload = Document{load::kEventType, Encoding::json, data, {}};
    Draft draft = make_draft(body).value();
    if (load.ids) draft.content_hash = content_hash(body, data, "");
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

// Receipts come on the fold thread and are counted here; the thread that runs the loop sends as
// many more.
class ClosedLoop {
 public:
  ClosedLoop(Engine& engine, std::span<Draft> drafts) : engine_(engine), drafts_(drafts) {}

  void run(std::size_t in_flight) {
    started_.resize(drafts_.size());
    submit(std::min(in_flight, drafts_.size()));
    for (std::size_t answered = 0; answered < drafts_.size();) {
      const std::size_t more = take_answered();
      answered += more;
      submit(std::min(more, drafts_.size() - next_));
    }
  }

  const load::Histogram& latency() const { return latency_; }

 private:
  void submit(std::size_t count) {
    if (count == 0) return;
    std::vector<std::unique_ptr<Submission>> submissions;
    submissions.reserve(count);
    const auto now = SteadyClock::now();
    for (std::size_t i = 0; i < count; ++i, ++next_) {
      auto submission = std::make_unique<Submission>();
      submission->drafts.push_back(std::move(drafts_[next_]));
      started_[next_] = now;
      submission->done = [this, index = next_](std::unique_ptr<Submission> answered) {
        done(index, std::move(answered));
      };
      submissions.push_back(std::move(submission));
    }
    engine_.submit(std::move(submissions));
  }

  void done(std::size_t index, std::unique_ptr<Submission> submission) {
    SYNCLINE_CHECK(submission->answer.has_value());
    const std::lock_guard lock(mutex_);
    latency_.record(static_cast<std::uint64_t>(
        std::chrono::nanoseconds(SteadyClock::now() - started_[index]).count()));
    ++answered_;
    changed_.notify_one();
  }

  std::size_t take_answered() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return answered_ > 0; });
    return std::exchange(answered_, 0);
  }

  Engine& engine_;
  std::span<Draft> drafts_;
  std::size_t next_ = 0;
  std::vector<SteadyClock::time_point> started_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t answered_ = 0;
  load::Histogram latency_;
};

std::vector<LogEntry> read_entries(const Log& log, Position from, const EngineLoad& load) {
  std::vector<LogEntry> entries;
  const auto each = [&](Position, std::string_view frame) {
    const EventBody body = decode_frame(frame).body;
    entries.push_back({std::string(frame), std::string(body.source),
                       load.ids ? std::string(body.id) : "", std::string(body.subject)});
    return true;
  };
  log.scan(from, log.head().position, each).value();
  return entries;
}

}  // namespace

EngineLeg run_engine(const std::string& data, const EngineLoad& load) {
  SystemClock clock;
  SystemRng rng;
  CommitSizes observer;
  EngineOptions options;
  options.data = data;
  options.node = *OriginId::from("bench");
  options.clock = &clock;
  options.rng = &rng;
  options.observer = &observer;
  std::vector<std::unique_ptr<Projection>> projections;
  if (load.history) projections.push_back(std::make_unique<HistoryProjection>());

  EngineLeg leg;
  std::vector<Draft> drafts = make_drafts(load);
  const auto engine = Engine::open(std::move(options), std::move(projections)).value();
  const Position before = engine->log().head().position;
  const std::size_t commits_before = observer.sizes.size();

  ClosedLoop loop(*engine, drafts);
  const double cpu = load::own_cpu_seconds();
  const auto begin = SteadyClock::now();
  loop.run(load.in_flight);
  leg.seconds = std::chrono::duration<double>(SteadyClock::now() - begin).count();
  leg.cpu_seconds = load::own_cpu_seconds() - cpu;

  leg.latency = loop.latency();
  leg.entries = read_entries(engine->log(), before.next(), load);
  engine->stop();
  leg.commits.assign(observer.sizes.begin() + static_cast<std::ptrdiff_t>(commits_before),
                     observer.sizes.end());
  return leg;
}

}  // namespace syncline::bench
