#include "tests/property/sequencer_model.h"

namespace syncline {
namespace {

thread_local bool deciding = false;  // a decider runs on this thread

class Deciding {
 public:
  Deciding() { deciding = true; }
  ~Deciding() { deciding = false; }
};

bool same_content(const TestEvent& a, const TestEvent& b) {
  return a.type == b.type && a.subject == b.subject && a.data == b.data && a.time == b.time;
}

}  // namespace

Draft draft_of(const TestEvent& event) {
  EventBody body;
  body.source = event.source;
  body.id = event.id;
  body.subject = event.subject;
  body.payload = Document{event.type, Encoding::json, event.data, ""};
  body.event_time = event.time;
  body.sent_time = event.sent;
  Draft draft = make_draft(body).value();
  if (event.deduplicated) draft.content_hash = content_hash(body, event.data, "");
  draft.expected_version = event.expected_version;
  draft.base_version = event.base_version;
  return draft;
}

std::optional<ErrorCode> SequencerModel::append_one(const TestEvent& event, Receipt& receipt) {
  if (event.deduplicated) {
    if (const auto first = find_id(event.source, event.id)) {
      if (!same_content(log_[first->value - 1].event, event)) return ErrorCode::conflict;
      receipt = {*first, true, 0};
      return std::nullopt;
    }
  }
  const Position version = this->version(event.subject);
  if (event.expected_version && *event.expected_version != version) {
    return ErrorCode::version_mismatch;
  }
  Position base = event.expected_version.value_or(Position{});
  if (event.base_version) {
    const std::uint64_t at = event.base_version->value;
    if (at > log_.size() || log_[at - 1].event.subject != event.subject) return ErrorCode::invalid;
    base = *event.base_version;
  }
  log_.push_back({event, base});
  const Position position{log_.size()};
  if (event.deduplicated) ids_[{event.source, event.id}] = position;
  versions_[event.subject] = position;
  receipt = {position, false, ++counts_[event.subject]};
  return std::nullopt;
}

SequencerModel::Answer SequencerModel::append(const std::vector<TestEvent>& group) {
  SequencerModel before = *this;
  Answer answer;
  for (const TestEvent& event : group) {
    Receipt receipt;
    if (const auto error = append_one(event, receipt)) {
      *this = std::move(before);
      return {error, answer.receipts.size(), {}};
    }
    answer.receipts.push_back(receipt);
  }
  return answer;
}

SequencerModel::Answer SequencerModel::decide(const TestDecision& decision) {
  const auto found = counts_.find(decision.subject);
  const std::uint64_t count = found == counts_.end() ? 0 : found->second;
  if (count >= decision.limit) return {ErrorCode::refused, 0, {}};
  std::vector<TestEvent> events = decision.events;
  if (decision.match_version) events.front().expected_version = version(decision.subject);
  return append(events);
}

Position SequencerModel::version(const std::string& subject) const {
  const auto found = versions_.find(subject);
  return found == versions_.end() ? Position{} : found->second;
}

std::optional<Position> SequencerModel::find_id(const std::string& source,
                                                const std::string& id) const {
  const auto found = ids_.find({source, id});
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

void Gate::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
}

void Gate::open() {
  std::lock_guard lock(mutex_);
  closed_ = false;
  opened_.notify_all();
}

void Gate::pass() {
  if (deciding) return;
  std::unique_lock lock(mutex_);
  opened_.wait(lock, [this] { return !closed_; });
}

std::optional<Outcome> TallyProjection::apply(const Event& event, FoldState& state) const {
  if (gate_ != nullptr) gate_->pass();
  const std::uint64_t counted = count(state.get(event.body.subject)) + 1;
  state.put(event.body.subject, std::to_string(counted));
  return Outcome{.created = counted == 1, .applied = true, .count = counted};
}

std::uint64_t TallyProjection::count(const std::optional<std::string>& value) {
  return value ? std::stoull(*value) : 0;
}

Decider decider_of(const TestDecision& decision) {
  return [decision](StagedState& state) -> Result<std::vector<Draft>> {
    const Deciding reads_unfolded;
    if (TallyProjection::count(state.get("tally", decision.subject)) >= decision.limit) {
      return Error{ErrorCode::refused, "no more of " + decision.subject};
    }
    std::vector<Draft> drafts;
    for (const TestEvent& event : decision.events) drafts.push_back(draft_of(event));
    if (decision.match_version) {
      drafts.front().expected_version = state.subject_version(decision.subject);
    }
    return drafts;
  };
}

}  // namespace syncline
