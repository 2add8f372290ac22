#include "engine/sequencer/staging.h"

#include <algorithm>

#include "engine/time/merge_stamp.h"

namespace syncline {
namespace {

// An insert next to the last one costs RocksDB a fraction of one anywhere.
template <class Map>
std::vector<const typename Map::value_type*> sorted(const Map& map) {
  std::vector<const typename Map::value_type*> entries;
  entries.reserve(map.size());
  for (const auto& entry : map) entries.push_back(&entry);
  std::sort(entries.begin(), entries.end(), [](auto* a, auto* b) { return a->first < b->first; });
  return entries;
}

Receipt receipt(const RecordHeader& header, bool duplicate) {
  return {header.position, header.name, header.received_time, duplicate, {}};
}

Error id_conflict(const Draft& draft, Position known, Position before) {
  const std::string id =
      "id " + std::string(draft.id()) + " of source " + std::string(draft.source());
  if (known > before) {
    return {ErrorCode::conflict,
            id + " is used twice in this request, with different content; give each event an id of "
                 "its own"};
  }
  return {ErrorCode::conflict, id + " is event " + std::to_string(known.value) +
                                   " already, with another content; give the new event an id of "
                                   "its own"};
}

Error version_mismatch(const Draft& draft, Position version, Position before) {
  const std::string subject(draft.subject());
  if (version > before) {
    return {ErrorCode::version_mismatch,
            "an earlier event of this request already changed subject " + subject +
                "; only the first one can expect the version that was read"};
  }
  return {ErrorCode::version_mismatch,
          "subject " + subject + " is at version " + std::to_string(version.value) + ", not " +
              std::to_string(draft.expected_version->value) + "; read it again and decide anew"};
}

}  // namespace

Chain Chain::after(const std::optional<RecordHeader>& last, OriginId node) {
  Chain chain{.origin = node};
  if (last) {
    chain.incarnation = last->name.incarnation;
    chain.position = last->position;
    chain.sequence = last->name.sequence;
    chain.hash = last->hash;
    chain.hlc = last->hlc;
    chain.received = last->received_time;
  }
  return chain;
}

// A projection's state as it will be when everything staged so far is folded.
struct Staging::View {
  explicit View(Folder::Frozen f) : frozen(std::move(f)), state(*frozen.view) {}
  Folder::Frozen frozen;
  OverlayState state;
  std::size_t staged_applied = 0;
};

// How far the staging was before a submission, for one that fails half way.
struct Staging::Undo {
  Chain chain;
  std::size_t events;
  std::size_t bytes;
  std::vector<IdKey> ids;
  std::vector<std::pair<std::string_view, std::optional<Position>>> subjects;
};

Staging::Staging(const Log& log, const Folder& folder, Chain& chain, Time now)
    : log_(log), folder_(folder), chain_(chain), now_(std::max(now, chain.received)) {
  chain_.received = now_;
}

Staging::~Staging() = default;

std::vector<int> Staging::stage(Submission& submission) {
  if (submission.decide) {
    auto decided = ask(submission.decide);
    if (!decided) {
      submission.answer = decided.error();
      return {};
    }
    submission.drafts = std::move(*decided);
  }
  Undo undo{chain_, events(), bytes_.size(), {}, {}};
  std::vector<Receipt> receipts;
  std::vector<int> event_of_draft;
  for (const Draft& draft : submission.drafts) {
    int event = DurableCommit::Answer::kRepeat;
    auto staged = stage_draft(draft, event, undo);
    if (!staged) {
      submission.failed_draft = receipts.size();
      submission.answer = staged.error();
      roll_back(undo);
      return {};
    }
    receipts.push_back(*staged);
    event_of_draft.push_back(event);
  }
  submission.answer = std::move(receipts);
  return event_of_draft;
}

Result<std::vector<Draft>> Staging::ask(const Decider& decide) {
  try {
    return decide(*this);
  } catch (const std::exception& e) {  // what it wanted to read cannot be read
    return Error{ErrorCode::io, std::string("the decision could not be made: ") + e.what()};
  }
}

Result<Receipt> Staging::stage_draft(const Draft& draft, int& event, Undo& undo) {
  auto repeat = find_repeat(draft, undo.chain.position);
  if (!repeat) return repeat.error();
  if (*repeat) return **repeat;  // before preconditions: a repeat's were met the first time
  auto base = find_base(draft, undo.chain.position);
  if (!base) return base.error();
  event = static_cast<int>(events());
  return receipt(append(draft, *base, undo), false);
}

Result<std::optional<Receipt>> Staging::find_repeat(const Draft& draft, Position before) const {
  if (!draft.content_hash) return std::optional<Receipt>{};
  std::optional<IdEntry> known;
  if (const auto it = ids_.find({draft.source(), draft.id()}); it != ids_.end()) {
    known = it->second;
  } else {
    auto found = log_.find_id(draft.source(), draft.id());
    if (!found) return found.error();
    known = *found;
  }
  if (!known) return std::optional<Receipt>{};
  if (known->content_hash != *draft.content_hash) {
    return id_conflict(draft, known->position, before);
  }
  auto first = header_at(known->position);
  if (!first) return first.error();
  return std::optional<Receipt>(receipt(*first, true));
}

Result<Position> Staging::version_of(std::string_view subject) const {
  const auto it = subjects_.find(subject);
  if (it != subjects_.end()) return it->second;
  return log_.subject_version(subject);
}

Result<std::optional<RecordHeader>> Staging::find_base(const Draft& draft, Position before) const {
  std::optional<Position> named = draft.base_version;
  if (draft.expected_version) {
    auto version = version_of(draft.subject());
    if (!version) return version.error();
    if (*version != *draft.expected_version) return version_mismatch(draft, *version, before);
    named = *version;
  }
  if (!named || *named == Position(0)) return std::optional<RecordHeader>{};
  auto header = base_header(*named, draft.subject());
  if (!header) return header.error();
  return std::optional<RecordHeader>(*header);
}

Result<RecordHeader> Staging::base_header(Position position, std::string_view subject) const {
  const Error stranger{ErrorCode::invalid, "baseversion names event " +
                                               std::to_string(position.value) +
                                               ", which is not one of " + std::string(subject)};
  if (position > chain_.position) return stranger;
  const Position first(chain_.position.value - events() + 1);
  std::string from_log;
  std::string_view bytes;
  if (position >= first) {
    bytes = frame(position.value - first.value);
  } else {
    auto read = log_.read(position);
    if (!read) return read.error();
    from_log = std::move(*read);
    bytes = from_log;
  }
  const Event event = decode_frame(bytes);
  if (event.body.subject != subject) return stranger;
  return event.header;
}

Result<RecordHeader> Staging::header_at(Position position) const {
  const Position first(chain_.position.value - events() + 1);
  if (position >= first) return headers_[position.value - first.value];
  auto read = log_.read(position);
  if (!read) return read.error();
  return *decode_header(*read);
}

RecordHeader Staging::append(const Draft& draft, const std::optional<RecordHeader>& base,
                             Undo& undo) {
  const Stamp stamp =
      merge_stamp({.claim = draft.claim,
                   .sent = draft.sent,
                   .received = now_,
                   .base_stamp = base ? std::optional<Time>(base->merge_stamp) : std::nullopt});
  HybridClock clock(chain_.hlc);

  RecordHeader header;
  header.position = chain_.position.next();
  header.append_time = now_;
  header.previous_hash = chain_.hash;
  header.name = {chain_.origin, chain_.incarnation, chain_.sequence.next()};
  header.hlc = clock.tick(now_);
  header.received_time = now_;
  header.merge_stamp = stamp.time;
  if (base) header.base = base->name;
  if (stamp.clock_skewed) header.flags |= kFlagClockSkewed;
  header.body_hash = draft.body_hash();
  append_frame(header, draft.bytes(), bytes_);
  ends_.push_back(bytes_.size());
  headers_.push_back(header);

  chain_.position = header.position;
  chain_.sequence = header.name.sequence;
  chain_.hash = header.hash;
  chain_.hlc = header.hlc;

  if (draft.content_hash) {
    const IdKey key{draft.source(), draft.id()};
    undo.ids.push_back(key);
    ids_.emplace(key, IdEntry{header.position, *draft.content_hash});
  }
  if (!draft.subject().empty()) {
    const auto [it, fresh] = subjects_.try_emplace(draft.subject(), header.position);
    undo.subjects.emplace_back(it->first, fresh ? std::nullopt : std::optional(it->second));
    it->second = header.position;
  }
  return header;
}

void Staging::roll_back(const Undo& undo) {
  chain_ = undo.chain;
  headers_.resize(undo.events);
  ends_.resize(undo.events);
  bytes_.resize(undo.bytes);
  for (const IdKey& id : undo.ids) ids_.erase(id);
  for (auto it = undo.subjects.rbegin(); it != undo.subjects.rend(); ++it) {
    if (it->second) {
      subjects_[it->first] = *it->second;
    } else {
      subjects_.erase(it->first);
    }
  }
}

void Staging::fill(Log::Commit& commit) const {
  for (std::size_t i = 0; i < headers_.size(); ++i) commit.add(headers_[i], frame(i));
  for (const auto* subject : sorted(subjects_)) {
    commit.add_subject(subject->first, subject->second);
  }
  for (const auto* id : sorted(ids_)) commit.add_id(id->first.source, id->first.id, id->second);
}

void Staging::release(DurableCommit& commit) {
  commit.head = {chain_.position, chain_.hash};
  commit.bytes = std::move(bytes_);
  commit.ends = std::move(ends_);
}

std::string_view Staging::frame(std::size_t i) const {
  const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
  return std::string_view(bytes_).substr(begin, ends_[i] - begin);
}

std::optional<std::string> Staging::get(std::string_view projection, std::string_view key) {
  const Projection* fold = folder_.projection(projection);
  SYNCLINE_CHECK(fold != nullptr);
  auto& view = views_[std::string(projection)];
  if (!view) {
    view = std::make_unique<View>(folder_.freeze(projection));
    for (const auto& commit : view->frozen.unfolded) {
      for (std::size_t i = 0; i < commit->ends.size(); ++i) {
        fold->apply(decode_frame(commit->frame(i)), view->state);
      }
    }
  }
  for (; view->staged_applied < events(); ++view->staged_applied) {
    fold->apply(decode_frame(frame(view->staged_applied)), view->state);
  }
  return view->state.get(key);
}

Position Staging::subject_version(std::string_view subject) {
  auto version = version_of(subject);
  if (!version) throw std::runtime_error(version.error().message);
  return *version;
}

}  // namespace syncline
