// One commit while it is put together: which events it will hold, and what duplicates, versions and
// deciders see of them before they are on disk. Owned and used by the sequencer's thread alone;
// made anew for each commit.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <memory_resource>
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
  static Chain after(const Log& log, OriginId node);
};

class Staging final : public StagedState {
 public:
  // `chain` is advanced by what is staged, which goes into `commit`.
  Staging(const Log& log, const Folder& folder, Log::Commit& commit, Chain& chain, Time now);
  ~Staging() override;

  // Decides, checks, and stages one submission whole, or not at all. Its answer is set either way.
  void stage(Submission& submission);
  // When all is staged: what the indexes say of it.
  void add_indexes();

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
  Result<std::vector<Receipt>> stage_all(Submission& submission, Position before);
  Result<Receipt> stage_draft(const Draft& draft, Position before);
  // `before`: the last event ahead of the draft's submission. What comes behind it may be rolled
  // back, so no message names its position.
  Result<std::optional<Receipt>> find_repeat(const Draft& draft, Position before) const;
  Result<std::optional<RecordHeader>> find_base(const Draft& draft, Position before) const;
  Result<Position> version_of(std::string_view subject) const;
  // Of an event that is staged or in the log; `invalid` when it is not one of `subject`.
  Result<RecordHeader> base_header(Position position, std::string_view subject) const;
  Result<RecordHeader> header_at(Position position) const;
  // The frame of an event that is staged; nullopt: it is in the log.
  std::optional<std::string_view> staged_frame(Position position) const;
  RecordHeader append(const Draft& draft, const std::optional<RecordHeader>& base);
  void roll_back(const Undo& undo);

  const Log& log_;
  const Folder& folder_;
  Log::Commit& commit_;
  Chain& chain_;
  const Time now_;

  // A commit of common size takes nothing from the heap.
  std::array<std::byte, 32 * 1024> first_memory_;
  std::pmr::monotonic_buffer_resource memory_{first_memory_.data(), first_memory_.size()};
  // Keys point into drafts, which stay with their submissions until the commit is answered.
  std::pmr::unordered_map<IdKey, IdEntry, IdKeyHash> ids_{&memory_};
  std::pmr::unordered_map<std::string_view, Position> subjects_{&memory_};  // to the last event
  // What roll_back() needs: the ids in the order they came, and what a subject's position was.
  std::pmr::vector<IdKey> id_journal_{&memory_};
  std::pmr::vector<std::pair<std::string_view, std::optional<Position>>> subject_journal_{&memory_};
  std::map<std::string, std::unique_ptr<View>, std::less<>> views_;  // that deciders asked for
};

}  // namespace syncline
