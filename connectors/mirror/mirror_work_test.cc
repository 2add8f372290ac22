#include "connectors/mirror/mirror_work.h"

#include <gmock/gmock.h>

#include "connectors/mirror/fake_kafka.h"
#include "projections/history/history_projection.h"
#include "tests/fakes.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

using Call = FakeBroker::Call;

class MirrorWorkTest : public testing::Test {
 protected:
  MirrorWorkTest() {
    add_engine_mappings(mappings_);
    open("data");
    begin_anew();
  }

  void open(const char* data) {
    work_.reset();
    engine_.reset();
    EngineOptions options;
    options.data = folder_ / data;
    options.node = *OriginId::from("n1");
    options.clock = &clock_;
    options.rng = &rng_;
    options.sync = false;
    std::vector<std::unique_ptr<Projection>> projections;
    projections.push_back(std::make_unique<HistoryProjection>());
    engine_ = std::move(Engine::open(std::move(options), std::move(projections)).value());
  }
  // As a process that has just been started.
  void begin_anew() {
    work_ = std::make_unique<MirrorWork>(
        *engine_, mappings_, options_, [this] { return FakeKafka::open(broker_); }, observer_,
        stopping_);
    state_ = MirrorState::connecting;
  }
  void append(int events) {
    std::vector<Draft> drafts;
    for (int i = 0; i < events; ++i) drafts.push_back(test_draft("", "s/1", "{}"));
    engine_->append(std::move(drafts)).value();
  }
  // Until it has nothing more to do, or cannot; backing off takes no time here.
  void run() {
    for (int steps = 0; steps < 100; ++steps) {
      if (is_final(state_)) return;
      if (state_ == MirrorState::streaming && work_->cursor() == engine_->applied()) return;
      state_ = next_state(state_, work_->step(state_));
    }
    ADD_FAILURE() << "it is still " << name(state_) << ": " << work_->why();
  }
  // Each of this node's events is in Kafka, once and in order.
  void expect_exact() {
    std::vector<std::string> sequences, wanted;
    for (const MirrorRecord& record : broker_.committed) {
      for (const auto& [name, value] : record.headers) {
        if (name == "ce_sequence") sequences.push_back(value);
      }
    }
    for (std::uint64_t i = 1; i <= engine_->applied().value; ++i)
      wanted.push_back(std::to_string(i));
    EXPECT_EQ(sequences, wanted);
    const auto progress = syncline::read_progress(broker_.progress.value_or("")).value();
    EXPECT_EQ(progress.sequence.value, engine_->applied().value);
    EXPECT_EQ(progress.hash, engine_->log().head().hash);
    EXPECT_EQ(progress.log, engine_->log().identity());
  }

  TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{1};
  PayloadMappings mappings_;
  MirrorOptions options_{.prefix = "t"};
  MirrorObserver observer_;
  std::atomic<bool> stopping_ = false;
  FakeBroker broker_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<MirrorWork> work_;
  MirrorState state_ = MirrorState::connecting;
};

TEST_F(MirrorWorkTest, SendsWhatIsThereAndWhatComes) {
  run();
  EXPECT_TRUE(broker_.progress) << "so that records never come before their progress";
  EXPECT_EQ(syncline::read_progress(*broker_.progress)->sequence, Sequence(0));
  append(3);
  run();
  expect_exact();
  EXPECT_EQ(broker_.keys, std::vector<std::string>(3, "s/1"));
  append(2);
  run();
  expect_exact();
  EXPECT_EQ(broker_.sessions, 1);
}

TEST_F(MirrorWorkTest, GoesOnBehindWhatKafkaHas) {
  append(3);
  run();
  append(2);
  begin_anew();
  run();
  expect_exact();
}

// Whatever becomes of a call, at whichever of them.
TEST_F(MirrorWorkTest, NoFaultLosesOrDoublesAnEvent) {
  using enum FaultKind;
  const std::vector<FakeBroker::Fault> cases[] = {
      {{Call::open, fatal}},
      {{Call::topics, retriable}},
      {{Call::fence, retriable}},
      {{Call::fence, fatal}},
      {{Call::progress, retriable}},
      {{Call::begin, fatal}},
      {{Call::send, abortable}},
      {{Call::send, abortable}, {Call::abort, fatal}},
      {{Call::commit, retriable}},
      {{Call::commit, retriable}, {Call::commit, retriable}, {Call::commit, fatal}},
      {{Call::commit, fatal, true}},
      {{Call::commit, retriable, true}},
      {{Call::commit, abortable}},
      {{Call::commit, abortable}, {Call::abort, retriable}},
      {{Call::commit, abortable}, {Call::commit, abortable}, {Call::commit, abortable}},
  };
  for (const auto& faults : cases) {
    append(2);
    broker_.faults.assign(faults.begin(), faults.end());
    const bool at_once = faults.front().call != Call::open && faults.front().call != Call::topics &&
                         faults.front().call != Call::fence &&
                         faults.front().call != Call::progress;
    if (!at_once) begin_anew();
    run();
    EXPECT_TRUE(broker_.faults.empty()) << static_cast<int>(faults.front().call);
    expect_exact();
  }
  EXPECT_GT(broker_.aborts, 0);
}

TEST_F(MirrorWorkTest, AnotherProcessShutsItOut) {
  append(1);
  run();
  append(1);
  broker_.faults = {{Call::commit, FaultKind::fenced}};
  run();
  EXPECT_EQ(state_, MirrorState::fenced);
  EXPECT_EQ(broker_.committed.size(), 1U);
}

// A fence after a transaction that was open for too long may be the broker's own.
TEST_F(MirrorWorkTest, WhoWasTooSlowLooksWhetherAnotherWentOn) {
  options_.transaction_timeout = {};
  append(1);
  run();
  append(1);
  broker_.faults = {{Call::commit, FaultKind::fenced}};
  run();
  expect_exact();
  append(1);
  broker_.faults = {{Call::commit, FaultKind::fenced, true}};
  run();
  expect_exact();
  EXPECT_EQ(broker_.sessions, 3);

  append(1);
  broker_.faults = {{Call::commit, FaultKind::fenced}};
  state_ = next_state(state_, work_->step(state_));
  EXPECT_EQ(state_, MirrorState::backing_off);
  auto progress = syncline::read_progress(*broker_.progress).value();
  progress.sequence = Sequence(9);
  broker_.progress = progress_json(progress);
  run();
  EXPECT_EQ(state_, MirrorState::fenced);
}

TEST_F(MirrorWorkTest, RefusesWhatIsNotItsLog) {
  append(3);
  run();
  const std::string good = *broker_.progress;
  const auto refusal = [&](const std::optional<std::string>& progress) {
    broker_.progress = progress;
    begin_anew();
    run();
    EXPECT_EQ(state_, MirrorState::refusing);
    return work_->why();
  };
  using testing::HasSubstr;
  auto progress = syncline::read_progress(good).value();
  const MirrorProgress right = progress;
  progress.sequence = Sequence(4);
  EXPECT_THAT(refusal(progress_json(progress)), HasSubstr("its log lacks"));
  progress = right;
  progress.hash[0] ^= 1;
  EXPECT_THAT(refusal(progress_json(progress)), HasSubstr("differ"));
  progress = right;
  progress.log = "another";
  EXPECT_THAT(refusal(progress_json(progress)), HasSubstr("is of log another"));
  EXPECT_THAT(refusal(std::nullopt), HasSubstr("hold records"));
  EXPECT_THAT(refusal("{}"), HasSubstr("no progress record"));
  EXPECT_EQ(broker_.committed.size(), 3U);
  broker_.progress = good;
  begin_anew();
  run();
  EXPECT_EQ(state_, MirrorState::streaming);
}

}  // namespace
}  // namespace syncline
