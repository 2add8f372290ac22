// What is handed in to the engine by tests: a clock that the test moves, a generator with a seed,
// and drafts of custom events.
#pragma once

#include <mutex>
#include <random>
#include <string>

#include "engine/clock.h"
#include "engine/rng.h"
#include "engine/sequencer/draft.h"

namespace syncline {

class FakeClock final : public Clock {
 public:
  Time now() override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void set(Time t) {
    const std::lock_guard lock(mutex_);
    now_ = t;
  }
  void advance(Duration d) {
    const std::lock_guard lock(mutex_);
    now_ += d;
  }

 private:
  std::mutex mutex_;
  Time now_{std::chrono::seconds(1'758'233'370)};
};

class SeededRng final : public Rng {
 public:
  explicit SeededRng(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    const std::lock_guard lock(mutex_);
    for (auto& byte : out) byte = static_cast<std::uint8_t>(engine_());
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

// A custom event. An id that is not empty counts as the producer's.
inline Draft test_draft(std::string_view id, std::string_view subject, std::string_view data,
                        std::optional<Time> time = std::nullopt) {
  EventBody body;
  body.id = id.empty() ? std::string_view("made-up") : id;
  body.source = "test";
  body.subject = subject;
  body.payload = Document{"test.event", Encoding::json, data, ""};
  body.event_time = time;
  Draft made = make_draft(body).value();
  if (!id.empty()) made.content_hash = content_hash(body, data, "");
  return made;
}

inline std::vector<Draft> one_draft(Draft draft) {
  std::vector<Draft> out;
  out.push_back(std::move(draft));
  return out;
}

}  // namespace syncline
