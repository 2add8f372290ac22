// A whole life of a log in a second, on the engine with small memtables (small_layout.cc): appends,
// rolls, flushes, compactions, a clean stop and a second opening. The crash tests end it at each of
// its syncs and renames, and look at what is left.
//
//   cycle live DATA            one line to stdout before and after each append, by write(2):
//                                sent ID      acked POSITION ID
//   cycle back_up DATA FOLDER  goes on with it, saying so too, while a backup of it is made
//   cycle check DATA           with these lines at stdin: opens it, compares everything, sends each
//                              ID again and some more. Exit 1 with one line for each fault; else
//                              "EVENTS".
#include <cstdio>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include <unistd.h>

#include "engine/backup/create.h"
#include "engine/engine.h"
#include "projections/history/history_projection.h"
#include "tests/fakes.h"

namespace syncline {
namespace {

constexpr int kLives = 2;
constexpr int kCommits = 40;  // of a life
constexpr int kEventsPerCommit = 3;
constexpr std::size_t kIdBytes = 400;  // long, so that the index of ids is flushed as well

std::string long_id(int n) {
  std::string id = "event-" + std::to_string(n) + "-";
  return id.append(kIdBytes - id.size(), 'i');
}
int number_of(const std::string& id) { return std::atoi(id.c_str() + std::strlen("event-")); }

Draft draft_of(int n) {
  const std::string data = "{\"n\":" + std::to_string(n) + ",\"pad\":\"" +
                           std::string(static_cast<std::size_t>(n * 37 % 2000), 'x') + "\"}";
  return test_draft(long_id(n), "thing/" + std::to_string(n % 7), data);
}

struct World {
  FakeClock clock;
  SeededRng rng{1};

  Result<std::unique_ptr<Engine>> open(const std::string& data) {
    std::vector<std::unique_ptr<Projection>> projections;
    projections.push_back(std::make_unique<HistoryProjection>());
    return Engine::open({.data = data, .node = *OriginId::from("a"), .clock = &clock, .rng = &rng},
                        std::move(projections));
  }
};

void say(const std::string& lines) {
  SYNCLINE_CHECK(::write(STDOUT_FILENO, lines.data(), lines.size()) ==
                 static_cast<ssize_t>(lines.size()));
}

// The events behind n, in one commit; returns the last one's number.
int commit(Engine& engine, int n) {
  std::vector<Draft> drafts;
  std::string sent, acked;
  for (int k = 1; k <= kEventsPerCommit; ++k) {
    sent += "sent " + long_id(n + k) + "\n";
    drafts.push_back(draft_of(n + k));
  }
  say(sent);
  for (const Receipt& receipt : engine.append(std::move(drafts)).value()) {
    acked += "acked " + std::to_string(receipt.position.value) + " " + long_id(++n) + "\n";
  }
  say(acked);
  return n;
}

int live(const std::string& data) {
  World world;
  int n = 0;
  for (int life = 0; life < kLives; ++life) {
    auto engine = world.open(data).value();
    for (int i = 0; i < kCommits; ++i) n = commit(*engine, n);
  }
  return 0;
}

int back_up(const std::string& data, const std::string& folder) {
  World world;
  auto engine = world.open(data).value();
  const auto head = static_cast<int>(engine->log().head().position.value);
  std::thread writer([&engine, head] {
    for (int i = 0, n = head; i < kCommits; ++i) n = commit(*engine, n);
  });
  const auto made = back_up_log(engine->log(), data,
                                {.repository = folder, .now = world.clock.now(), .program = "0"});
  writer.join();
  if (!made) std::fprintf(stderr, "%s\n", made.error().message.c_str());
  return made ? 0 : 1;
}

class Check {
 public:
  explicit Check(const std::string& data) : data_(data) {
    std::string kind, id;
    for (std::string line; std::getline(std::cin, line);) {
      std::istringstream words(line);
      words >> kind;
      std::uint64_t position = 0;
      if (kind == "acked") words >> position;
      words >> id;
      auto& known = events_[number_of(id)];
      if (position != 0) known = position;
    }
  }

  int run() {
    auto opened = world_.open(data_);
    if (!opened) return fault("failed boot: " + opened.error().message), 1;
    engine_ = std::move(*opened);
    compare();
    send_again();
    engine_.reset();
    auto again = world_.open(data_);
    if (!again) fault("failed boot after it: " + again.error().message);
    if (faults_ == 0) std::printf("%llu\n", static_cast<unsigned long long>(head_));
    return faults_ == 0 ? 0 : 1;
  }

 private:
  void fault(const std::string& what) {
    std::puts(what.c_str());
    ++faults_;
  }

  void compare() {
    Hash previous{};
    std::map<int, std::uint64_t> seen;
    head_ = engine_->log().head().position.value;
    const auto scanned = engine_->log().scan(
        Position(1), Position(head_), [&](Position position, std::string_view frame) {
          const Event event = decode_frame(frame);
          if (frame_fault(frame, FrameCheck::everything) != nullptr) fault("damaged");
          if (event.header.previous_hash != previous) fault("the chain is broken");
          previous = event.header.hash;
          if (event.body.type == EventType::log_restored) return ++restored_ == 1;
          const int n = number_of(std::string(event.body.id));
          if (!seen.emplace(n, position.value).second) fault("doubled: " + std::to_string(n));
          if (!events_.contains(n)) fault("nobody sent " + std::to_string(n));
          if (frame.substr(frame_layout::kBody) != draft_of(n).bytes()) fault("altered");
          return true;
        });
    if (!scanned) fault(scanned.error().message);
    if (seen.size() + restored_ != head_) fault("gap: " + std::to_string(seen.size()) + " events");
    for (const auto& [n, position] : events_) {
      if (position != 0 && seen[n] != position) fault("lost: " + std::to_string(n));
    }
  }

  // Those that are there answer with their place; the log takes the rest.
  void send_again() {
    for (const auto& [n, position] : events_) {
      const auto receipts = engine_->append(one_draft(draft_of(n)));
      if (!receipts) return fault("closed: " + receipts.error().message);
      const Receipt& receipt = receipts->front();
      if (position != 0 && (!receipt.duplicate || receipt.position.value != position)) {
        fault("not known again: " + std::to_string(n));
      }
    }
    const auto more = engine_->append(one_draft(draft_of(1'000'000)));
    if (!more) fault("closed: " + more.error().message);
  }

  const std::string data_;
  World world_;
  std::unique_ptr<Engine> engine_;
  std::map<int, std::uint64_t> events_;  // number → position; 0: sent, and no answer came
  std::uint64_t head_ = 0;
  std::uint64_t restored_ = 0;  // events that say it was; one, if any
  int faults_ = 0;
};

}  // namespace
}  // namespace syncline

int main(int argc, char** argv) {
  const std::string verb = argc < 2 ? "" : argv[1];
  if (verb == "back_up" && argc == 4) return syncline::back_up(argv[2], argv[3]);
  if (verb == "live" && argc == 3) return syncline::live(argv[2]);
  if (verb == "check" && argc == 3) return syncline::Check(argv[2]).run();
  return 2;
}
