// What the sequencer promises, as a plain program without threads, disk or time: the tests run both
// and compare. Also the projection that they fold with, whose fold can be held up by a gate so that
// what is decided meanwhile rests on commits that no view holds yet.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/error.h"
#include "engine/fold/projection.h"
#include "engine/sequencer/decider.h"

namespace syncline {

struct TestEvent {
  std::string source;
  std::string id;
  std::string subject;
  std::string type;
  std::string data;  // JSON
  bool deduplicated = true;
  std::optional<Position> expected_version;
  std::optional<Position> base_version;
  std::optional<Time> time;
  std::optional<Time> sent;
};

Draft draft_of(const TestEvent& event);

// "Append these when the subject has fewer than `limit` events, else refuse."
struct TestDecision {
  std::string subject;
  std::uint64_t limit = 0;
  bool match_version = false;  // with the version that the decider read as a precondition
  std::vector<TestEvent> events;
};

class SequencerModel {
 public:
  struct Receipt {
    Position position;
    bool duplicate = false;
    std::uint64_t count = 0;  // of the subject's events, with this one
  };
  struct Answer {
    std::optional<ErrorCode> error;
    std::size_t failed_draft = 0;
    std::vector<Receipt> receipts;
  };

  Answer append(const std::vector<TestEvent>& group);
  Answer decide(const TestDecision& decision);

  struct Kept {
    TestEvent event;
    Position base;  // 0: none
  };
  const std::vector<Kept>& log() const { return log_; }
  const std::map<std::string, std::uint64_t>& counts() const { return counts_; }
  Position version(const std::string& subject) const;
  std::optional<Position> find_id(const std::string& source, const std::string& id) const;

 private:
  std::optional<ErrorCode> append_one(const TestEvent& event, Receipt& receipt);

  std::vector<Kept> log_;  // position - 1
  std::map<std::pair<std::string, std::string>, Position> ids_;
  std::map<std::string, Position> versions_;
  std::map<std::string, std::uint64_t> counts_;
};

// Closed, it holds up folds until it is opened; not those that a decider reads through.
class Gate {
 public:
  void close();
  void open();
  void pass();

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool closed_ = false;
};

// Counts events by subject: key = subject, value = decimal.
class TallyProjection final : public Projection {
 public:
  explicit TallyProjection(Gate* gate = nullptr) : gate_(gate) {}
  std::string_view name() const override { return "tally"; }
  std::uint32_t version() const override { return 1; }
  std::optional<Outcome> apply(const Event& event, FoldState& state) const override;

  static std::uint64_t count(const std::optional<std::string>& value);

 private:
  Gate* gate_;
};

// The decision as the engine takes it, reading the tally.
Decider decider_of(const TestDecision& decision);

}  // namespace syncline
