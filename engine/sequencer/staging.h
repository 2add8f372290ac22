// One commit while it is put together: which events it will hold, and what duplicates, versions and
// deciders see of them before they are on disk. Owned and used by the sequencer's thread alone;
// made anew for each commit.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/fold/folder.h"
#include "engine/fold/overlay_state.h"
#include "engine/log/log.h"
#include "engine/sequencer/submission.h"
#include "engine/time/hlc.h"

namespace syncline {

// What the chain continues from; carried from commit to commit.
struct Chain {
  OriginId origin{};
  Incarnation incarnation = 1;
  Position position{};
  Sequence sequence{};
  Hash hash{};
  Hlc hlc{};
  Time received{};

  // After the log's last event (one origin: every event is this node's).
  static Chain after(const std::optional<RecordHeader>& last, OriginId node);
};

class Staging final : public StagedState {
 public:
  // `chain` is advanced by what is staged.
  Staging(const Log& log, const Folder& folder, Chain& chain, Time now);
  ~Staging() override;

  // Decides, checks, and stages one submission whole, or not at all. Its answer is set either way;
  // `event_of_draft` says which events of this commit it rests on.
  std::vector<int> stage(Submission& submission);

  std::size_t events() const { return headers_.size(); }
  std::size_t bytes() const { return bytes_.size(); }
  void fill(Log::Commit& commit) const;
  // Gives the frames away; nothing is staged afterwards.
  void release(DurableCommit& commit);

  // StagedState, for deciders.
  std::optional<std::string> get(std::string_view projection, std::string_view key) override;
  Position subject_version(std::string_view subject) override;
  Time now() const override { return now_; }

 private:
  struct View;
  struct Undo;
  struct IdKey {
    std::string_view source, id;
    auto operator<=>(const IdKey&) const = default;
  };
  struct IdKeyHash {
    std::size_t operator()(const IdKey& key) const {
      const std::hash<std::string_view> hash;
      return hash(key.source) * 31 + hash(key.id);
    }
  };

  Result<std::vector<Draft>> ask(const Decider& decide);
  Result<Receipt> stage_draft(const Draft& draft, int& event, Undo& undo);
  // `before`: the last event ahead of the draft's submission. What comes behind it may be rolled
  // back, so no message names its position.
  Result<std::optional<Receipt>> find_repeat(const Draft& draft, Position before) const;
  Result<std::optional<RecordHeader>> find_base(const Draft& draft, Position before) const;
  Result<Position> version_of(std::string_view subject) const;
  // Of an event that is staged or in the log; `invalid` when it is not one of `subject`.
  Result<RecordHeader> base_header(Position position, std::string_view subject) const;
  Result<RecordHeader> header_at(Position position) const;
  RecordHeader append(const Draft& draft, const std::optional<RecordHeader>& base, Undo& undo);
  void roll_back(const Undo& undo);
  std::string_view frame(std::size_t i) const;

  const Log& log_;
  const Folder& folder_;
  Chain& chain_;
  const Time now_;

  std::string bytes_;  // frames, one behind the other
  std::vector<std::size_t> ends_;
  std::vector<RecordHeader> headers_;
  // Keys point into drafts, which stay with their submissions until the commit is answered.
  std::unordered_map<IdKey, IdEntry, IdKeyHash> ids_;
  std::unordered_map<std::string_view, Position> subjects_;          // to the last event staged
  std::map<std::string, std::unique_ptr<View>, std::less<>> views_;  // that deciders asked for
};

}  // namespace syncline
