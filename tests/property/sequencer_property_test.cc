// Random programs against the model: duplicates, conflicts, preconditions, groups, batches,
// deciders, under a clock that jumps, with a fold that is held up, across restarts and a rebuild.
#include <atomic>
#include <random>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/fold/digest.h"
#include "engine/time/merge_stamp.h"
#include "tests/answers.h"
#include "tests/fakes.h"
#include "tests/memory_disk.h"
#include "tests/open_engine.h"
#include "tests/property/sequencer_model.h"
#include "tests/seeds.h"
#include "tests/share.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

// Goes forward mostly, and back at times.
class JumpingClock final : public Clock {
 public:
  explicit JumpingClock(std::uint64_t seed) : random_(seed) {}
  Time now() override {
    std::lock_guard lock(mutex_);
    now_ += std::chrono::milliseconds(std::uniform_int_distribution<int>(-20, 30)(random_));
    return now_;
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 random_;
  Time now_{std::chrono::seconds(1'760'000'000)};
};

struct TestRequest {
  std::vector<TestEvent> events;
  std::optional<TestDecision> decision;
};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t n) {
    return std::uniform_int_distribution<std::uint64_t>(0, n - 1)(random_);
  }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

  // Few names, so that they meet.
  TestEvent event(const SequencerModel& model) {
    TestEvent event;
    event.deduplicated = !one_in(4);
    event.source = "source-" + std::to_string(below(3));
    event.id = event.deduplicated ? "id-" + std::to_string(below(40)) : fresh_id();
    event.subject = "subject-" + std::to_string(below(5));
    event.type = "test.event";
    event.data = R"({"n":)" + std::to_string(below(2)) + "}";
    if (one_in(2)) event.time = moment();
    if (one_in(4)) event.sent = moment();
    if (const auto first = model.find_id(event.source, event.id); first && !one_in(3)) {
      event = model.log()[first->value - 1].event;  // a true repeat
    }
    event.expected_version.reset();
    event.base_version.reset();
    if (one_in(4)) {
      event.expected_version = one_in(4) ? Position{below(20)} : model.version(event.subject);
    } else if (one_in(4)) {
      event.base_version = Position{1 + below(model.log().size() + 3)};
    }
    return event;
  }

  TestRequest request(const SequencerModel& model) {
    TestRequest request;
    const std::size_t events = one_in(3) ? 1 + below(5) : 1;
    for (std::size_t i = 0; i < events; ++i) request.events.push_back(event(model));
    if (!one_in(4)) return request;

    TestDecision decision;
    decision.subject = "subject-" + std::to_string(below(5));
    decision.limit = model.log().size() / 4 + below(4);
    decision.events = std::move(request.events);
    decision.match_version = one_in(2);
    if (decision.match_version) {
      decision.events.front() = fresh(decision.subject);
    }
    return {{}, decision};
  }

 private:
  std::string fresh_id() { return "fresh-" + std::to_string(++fresh_); }
  Time moment() {
    return Time{std::chrono::seconds(1'760'000'000) + std::chrono::milliseconds(below(200'000))};
  }
  TestEvent fresh(const std::string& subject) {
    TestEvent event;
    event.deduplicated = false;
    event.source = "decider";
    event.id = fresh_id();
    event.subject = subject;
    event.type = "test.decided";
    event.data = "{}";
    return event;
  }

  std::mt19937_64 random_;
  std::uint64_t fresh_ = 0;
};

class RandomProgram {
 public:
  explicit RandomProgram(std::uint64_t seed) : generator_(seed), clock_(seed), rng_(seed) {}

  void run() {
    for (int session = 0; session < 3 && !testing::Test::HasFatalFailure(); ++session) {
      open();
      for (int round = 0; round < 3; ++round) submit_and_compare();
      compare_log();
      compare_view();
      const Hash served = digest_of_view();
      EXPECT_TRUE(engine_->folder().rebuild("tally", {}).has_value());
      EXPECT_EQ(hex(digest_of_view()), hex(served)) << "rebuilt";
      engine_->stop();
      engine_.reset();
      open();
      EXPECT_EQ(hex(digest_of_view()), hex(served)) << "restarted";
      EXPECT_EQ(engine_->applied().value, model_.log().size());
      engine_.reset();
    }
  }

 private:
  void open() {
    // Not synced: what is on disk after a power cut is for the crash tests.
    engine_ = open_engine({.data = folder_ / "data",
                           .node = *OriginId::from("a"),
                           .clock = &clock_,
                           .rng = &rng_,
                           .env = &env_,
                           .sync = false},
                          std::make_unique<TallyProjection>(&gate_));
  }

  // Submits in chunks of random size, without waiting in between, at times with the fold held up.
  void submit_and_compare() {
    Answers answers;
    std::vector<SequencerModel::Answer> expected;
    if (generator_.one_in(2)) gate_.close();
    std::vector<std::unique_ptr<Submission>> chunk;
    for (std::size_t left = 1 + generator_.below(30); left > 0; --left) {
      const TestRequest request = generator_.request(model_);
      auto submission = std::make_unique<Submission>();
      if (request.decision) {
        submission->decide = decider_of(*request.decision);
        expected.push_back(model_.decide(*request.decision));
      } else {
        for (const TestEvent& event : request.events) submission->drafts.push_back(draft_of(event));
        expected.push_back(model_.append(request.events));
      }
      answers.expect(*submission);
      chunk.push_back(std::move(submission));
      if (left == 1 || generator_.one_in(3)) engine_->submit(std::exchange(chunk, {}));
    }
    gate_.open();
    ASSERT_TRUE(answers.wait());
    for (std::size_t i = 0; i < answers.size(); ++i) compare_answer(answers[i], expected[i]);
  }

  static void compare_answer(const Submission& found, const SequencerModel::Answer& expected) {
    if (expected.error) {
      ASSERT_TRUE(found.answer.has_error()) << "should be refused: " << name(*expected.error);
      EXPECT_EQ(name(found.answer.error().code), name(*expected.error))
          << found.answer.error().message;
      EXPECT_EQ(found.failed_draft, expected.failed_draft);
      return;
    }
    ASSERT_TRUE(found.answer.has_value()) << found.answer.error().message;
    ASSERT_EQ(found.answer->size(), expected.receipts.size());
    for (std::size_t i = 0; i < expected.receipts.size(); ++i) {
      const Receipt& receipt = (*found.answer)[i];
      const SequencerModel::Receipt& model = expected.receipts[i];
      EXPECT_EQ(receipt.position.value, model.position.value);
      EXPECT_EQ(receipt.duplicate, model.duplicate);
      EXPECT_EQ(receipt.name.sequence.value, model.position.value);
      if (model.duplicate) continue;
      EXPECT_EQ(receipt.outcome.count, model.count);
      EXPECT_EQ(receipt.outcome.created, model.count == 1);
    }
  }

  void compare_log() {
    const Log& log = engine_->log();
    ASSERT_EQ(log.head().position.value, model_.log().size());
    std::vector<RecordHeader> headers;
    const auto scanned =
        log.scan(Position{1}, log.head().position, [&](Position position, std::string_view frame) {
          EXPECT_EQ(position.value, headers.size() + 1);
          EXPECT_EQ(frame_fault(frame, FrameCheck::everything), nullptr);
          const Event event = decode_frame(frame);
          compare_event(event, model_.log()[position.value - 1], headers);
          headers.push_back(event.header);
          return true;
        });
    ASSERT_TRUE(scanned.has_value());
    ASSERT_EQ(headers.size(), model_.log().size());
    EXPECT_EQ(log.head().hash, headers.empty() ? Hash{} : headers.back().hash);
    compare_indexes(log, headers);
  }

  static void compare_event(const Event& event, const SequencerModel::Kept& kept,
                            const std::vector<RecordHeader>& before) {
    const RecordHeader& header = event.header;
    EXPECT_EQ(event.body.id, kept.event.id);
    EXPECT_EQ(event.body.source, kept.event.source);
    EXPECT_EQ(event.body.subject, kept.event.subject);
    EXPECT_EQ(event.body.type_name(), kept.event.type);
    EXPECT_EQ(std::get<Document>(event.body.payload).data, kept.event.data);
    EXPECT_EQ(header.name.text(), "a.1." + std::to_string(before.size() + 1));
    EXPECT_EQ(header.position.value, before.size() + 1);

    StampInput input{kept.event.time, kept.event.sent, header.received_time, std::nullopt};
    if (kept.base.value == 0) {
      EXPECT_TRUE(header.base.empty());
    } else {
      const RecordHeader& base = before[kept.base.value - 1];
      EXPECT_EQ(header.base, base.name);
      EXPECT_GT(header.merge_stamp, base.merge_stamp) << "a causal write wins over its base";
      input.base_stamp = base.merge_stamp;
    }
    EXPECT_EQ(header.merge_stamp, merge_stamp(input).time);
    EXPECT_EQ(header.clock_skewed(), merge_stamp(input).clock_skewed);

    if (before.empty()) {
      EXPECT_EQ(header.previous_hash, Hash{});
      return;
    }
    EXPECT_EQ(header.previous_hash, before.back().hash);
    EXPECT_GT(header.hlc, before.back().hlc);
    EXPECT_GE(header.received_time, before.back().received_time);
    EXPECT_GE(header.append_time, before.back().append_time);
  }

  void compare_indexes(const Log& log, const std::vector<RecordHeader>& headers) {
    for (const auto& kept : model_.log()) {
      EXPECT_EQ(log.subject_version(kept.event.subject).value(),
                model_.version(kept.event.subject));
      const auto entry = log.find_id(kept.event.source, kept.event.id).value();
      const auto first = model_.find_id(kept.event.source, kept.event.id);
      ASSERT_EQ(entry.has_value(), first.has_value());
      EXPECT_EQ(entry ? entry->position : Position{}, first.value_or(Position{}));
    }
    EXPECT_FALSE(log.find_id("source-0", "never").value().has_value());
    EXPECT_EQ(log.subject_version("never").value(), Position{});
    if (headers.empty()) return;
    const Time asked = headers[generator_.below(headers.size())].append_time;
    const auto at = std::find_if(headers.begin(), headers.end(),
                                 [&](const RecordHeader& h) { return h.append_time >= asked; });
    EXPECT_EQ(log.first_at(asked).value(), at->position);
    EXPECT_EQ(log.first_at(headers.back().append_time + Duration(1)).value().value,
              headers.size() + 1);
  }

  void compare_view() {
    const auto view = engine_->view("tally");
    EXPECT_EQ(view->position().value, model_.log().size());
    std::map<std::string, std::uint64_t> counts;
    view->scan("", "", [&](std::string_view key, std::string_view value) {
      counts[std::string(key)] = TallyProjection::count(std::string(value));
      return true;
    });
    EXPECT_EQ(counts, model_.counts());
  }

  Hash digest_of_view() {
    return digest(*engine_->folder().projection("tally"), *engine_->view("tally"));
  }

  Generator generator_;
  JumpingClock clock_;
  SeededRng rng_;
  Gate gate_;
  UnreservedEnv env_;
  TempFolder folder_{memory_disk()};
  SequencerModel model_;
  std::unique_ptr<Engine> engine_;
};

TEST(SequencerProperty, RandomProgramsMatchTheModel) {
  for_each_seed(count_of({.full = 5000, .plain = 150, .sanitized = 20}),
                [](std::uint64_t seed) { RandomProgram(seed).run(); });
}

}  // namespace
}  // namespace syncline
