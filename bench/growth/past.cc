// What an answer as of then costs as the log grows: `syncline_past_bench FOLDER SIZE…`.
//
// One log of syncs is filled in this process, size after size: of 100,000 sessions, one at random
// each time, a millisecond apart, without fsync. At each size it waits until the past is built, and
// then asks for the sessions of a random user at 200 random instants, with a list's first page and
// a digest beside. Prints a row of a table for each size; the rest goes to stderr.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include <time.h>

#include "engine/engine.h"
#include "engine/fold/digest.h"
#include "engine/limits.h"
#include "engine/past/moment.h"
#include "projections/sessions/sessions_projection.h"
#include "projections/sessions/sessions_view.h"

namespace syncline {
namespace {

constexpr std::uint64_t kSessions = 100'000;
constexpr int kInstants = 200;

using Steady = std::chrono::steady_clock;

// Of this thread: what the clock says moves with who else is at work.
double processor_ms() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) * 1e3 + static_cast<double>(spent.tv_nsec) / 1e6;
}

double ms_since(Steady::time_point begin) {
  return std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
}

class SetClock final : public Clock {
 public:
  Time now() override { return Time(Duration(now_.load())); }
  void advance(Duration d) { now_ += d.count(); }

 private:
  std::atomic<std::int64_t> now_{1'758'233'370'000'000};
};

class Bench {
 public:
  explicit Bench(const std::string& folder) : folder_(folder) {
    std::vector<std::unique_ptr<Projection>> projections;
    projections.push_back(std::make_unique<SessionsProjection>());
    engine_ = Engine::open({.data = folder,
                            .node = *OriginId::from("a"),
                            .clock = &clock_,
                            .rng = &rng_,
                            .sync = false,
                            .past_events = limits::kPastEvents},
                           std::move(projections))
                  .value();
  }

  void row(std::uint64_t size) {
    const auto begin = Steady::now();
    while (engine_->applied().value < size) append();
    const double filled = ms_since(begin) / 1000;
    while (*engine_->past().lag("sessions") >= limits::kPastEvents) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    const double built = ms_since(begin) / 1000;
    std::fprintf(stderr, "%llu events: filled %.1f s, built after %.1f s\n",
                 static_cast<unsigned long long>(size), filled, built);
    measure(size);
  }

 private:
  void append() {
    std::vector<Draft> drafts;
    for (std::size_t i = 0; i < limits::kCommitEvents; ++i) drafts.push_back(sync());
    clock_.advance(std::chrono::milliseconds(limits::kCommitEvents));
    engine_->append(std::move(drafts)).value();
  }

  Draft sync() {
    const std::string n = std::to_string(random_() % kSessions);
    const std::string user = "user-" + n, session = "0198c2e0-session-" + n;
    const std::string subject = "session/" + user + "/" + session;
    const std::string id = std::to_string(++ids_);
    SessionSynced sync;
    sync.user_id = user;
    sync.session_id = session;
    sync.status = random_() % 4 == 0 ? SessionStatus::idle : SessionStatus::active;
    sync.last_activity = clock_.now();
    sync.last_sync_interval = std::chrono::minutes(8);
    sync.license_type = "enterprise";
    sync.app_name = "centcom";
    sync.app_version = "1.4.2";
    sync.ip = "203.0.113.7";
    sync.country = "Switzerland";
    sync.city = "Basel";
    sync.timezone = "Europe/Zurich";
    sync.platform = "macOS";
    sync.device_type = "desktop";
    sync.user_agent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) CentCom/1.4.2";
    sync.sync_source = "centcom";
    EventBody body;
    body.type = EventType::session_synced;
    body.id = id;
    body.source = "/bench";
    body.subject = subject;
    body.payload = sync;
    return make_draft(body).value();
  }

  void measure(std::uint64_t size) {
    std::vector<double> answers, processor, pages;
    for (int i = 0; i < kInstants; ++i) {
      const Position position(1 + random_() % engine_->applied().value);
      const Time time = moment_of(engine_->log(), position, clock_.now())->time;
      auto begin = Steady::now();
      const double before = processor_ms();
      const auto moment = moment_of(engine_->log(), time, clock_.now()).value();
      const auto view = engine_->past().view("sessions", moment.position).value();
      const std::string user = "user-" + std::to_string(random_() % kSessions);
      user_sessions(*view, time, user, limits::kPageEvents, [](const SessionView&) {});
      answers.push_back(ms_since(begin));
      processor.push_back(processor_ms() - before);
      begin = Steady::now();
      list_past_sessions(*view, time, {.phase = SessionPhase::expired, .user_id = {}}, {}, 100,
                         limits::kPastWalked, [](const SessionView&) {});
      pages.push_back(ms_since(begin));
    }
    const auto begin = Steady::now();
    const SessionsProjection projection;
    const auto view = engine_->past().view("sessions", Position(size / 2)).value();
    digest(projection, *view);
    const double digested = ms_since(begin);
    std::ranges::sort(answers);
    std::ranges::sort(processor);
    std::ranges::sort(pages);
    std::printf("| %llu | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f |\n",
                static_cast<unsigned long long>(engine_->applied().value), bytes("log"),
                bytes("past"), answers[kInstants / 2], answers[kInstants * 99 / 100],
                answers.back(), processor[kInstants / 2], processor.back(), pages.back(), digested);
    std::fflush(stdout);
  }

  // On disk, of each event.
  double bytes(const char* part) const {
    std::uint64_t sum = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder_ + "/" + part)) {
      if (file.path().extension() == ".sst") sum += file.file_size();
    }
    return static_cast<double>(sum) / static_cast<double>(engine_->applied().value);
  }

  const std::string folder_;
  SetClock clock_;
  SystemRng rng_;
  std::mt19937_64 random_{1};
  std::uint64_t ids_ = 0;
  std::unique_ptr<Engine> engine_;
};

}  // namespace
}  // namespace syncline

int main(int count, char** words) {
  if (count < 3) {
    std::fprintf(stderr, "usage: syncline_past_bench FOLDER SIZE…\n");
    return 2;
  }
  syncline::Bench bench(words[1]);
  std::printf(
      "| events | log, bytes an event | past, bytes an event | answer, median ms "
      "| p99 ms | longest ms | processor, median ms | longest ms | longest page of a list, ms | "
      "digest, ms |\n"
      "|---|---|---|---|---|---|---|---|---|---|\n");
  for (int i = 2; i < count; ++i) bench.row(std::strtoull(words[i], nullptr, 10));
  return 0;
}
