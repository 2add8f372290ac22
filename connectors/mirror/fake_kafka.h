// A broker's memory for tests of the mirror, and the faults that it is told to have. What is
// committed is what a reader with read_committed would see. One thread at a time.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "connectors/mirror/mirror_kafka.h"

namespace syncline {

// Outlives the sessions that it is given to.
struct FakeBroker {
  enum class Call { open, topics, fence, progress, begin, send, commit, abort };
  struct Fault {
    Call call;
    FaultKind kind;
    bool done = false;  // of a commit: it is, and only the answer is lost
  };

  std::deque<Fault> faults;  // each at the next such call, in order
  std::vector<MirrorRecord> committed;
  std::vector<std::string> keys;  // of them: a record's own key points into a frame
  std::optional<std::string> progress;
  bool foreign_records = false;
  int sessions = 0;
  int aborts = 0;

  std::optional<Fault> fault(Call call) {
    if (faults.empty() || faults.front().call != call) return std::nullopt;
    const Fault next = faults.front();
    faults.pop_front();
    return next;
  }
};

class FakeKafka final : public MirrorKafka {
 public:
  explicit FakeKafka(FakeBroker& broker) : broker_(broker) {}

  static KafkaResult<std::unique_ptr<MirrorKafka>> open(FakeBroker& broker) {
    ++broker.sessions;
    if (const auto fault = broker.fault(FakeBroker::Call::open))
      return KafkaFault{fault->kind, "open"};
    return std::unique_ptr<MirrorKafka>(std::make_unique<FakeKafka>(broker));
  }

  KafkaResult<FoundTopics> find_topics(Milliseconds) override {
    if (auto fault = had(FakeBroker::Call::topics)) return *fault;
    return FoundTopics{.partitions = {{"t.custom", 2}}, .notes = {}};
  }
  KafkaResult<void> fence(Milliseconds) override { return answer(FakeBroker::Call::fence); }
  KafkaResult<std::optional<std::string>> last_progress(Milliseconds) override {
    if (auto fault = had(FakeBroker::Call::progress)) return *fault;
    return broker_.progress;
  }
  KafkaResult<bool> topics_hold_records(Milliseconds) override {
    return broker_.foreign_records || !broker_.committed.empty();
  }
  KafkaResult<void> begin() override {
    open_.clear();
    open_progress_.reset();
    return answer(FakeBroker::Call::begin);
  }
  KafkaResult<void> send(const MirrorRecord& record) override {
    open_.emplace_back(record, record.key);
    return answer(FakeBroker::Call::send);
  }
  KafkaResult<void> send_progress(const std::string& json) override {
    open_progress_ = json;
    return {};
  }
  KafkaResult<void> commit(Milliseconds) override {
    const auto fault = broker_.fault(FakeBroker::Call::commit);
    if (fault && !fault->done) return KafkaFault{fault->kind, "commit"};
    for (auto& [record, key] : open_) {
      broker_.committed.push_back(std::move(record));
      broker_.keys.push_back(std::move(key));
    }
    open_.clear();
    if (open_progress_) broker_.progress = std::exchange(open_progress_, std::nullopt);
    if (fault) return KafkaFault{fault->kind, "commit"};
    return {};
  }
  KafkaResult<void> abort(Milliseconds) override {
    ++broker_.aborts;
    open_.clear();
    open_progress_.reset();
    return answer(FakeBroker::Call::abort);
  }

 private:
  std::optional<KafkaFault> had(FakeBroker::Call call) {
    const auto fault = broker_.fault(call);
    if (!fault) return std::nullopt;
    return KafkaFault{fault->kind, "fault " + std::to_string(static_cast<int>(call))};
  }
  KafkaResult<void> answer(FakeBroker::Call call) {
    if (auto fault = had(call)) return *fault;
    return {};
  }

  FakeBroker& broker_;
  std::vector<std::pair<MirrorRecord, std::string>> open_;
  std::optional<std::string> open_progress_;
};

}  // namespace syncline
