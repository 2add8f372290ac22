#include "engine/fold/build.h"

#include <algorithm>
#include <future>
#include <memory>

namespace syncline {

Build::Build(const Log& log, ViewStore& views, const std::vector<Part>& parts,
             std::size_t events_at_once)
    : log_(log), views_(views), events_at_once_(events_at_once) {
  for (const Part& part : parts) {
    parts_.push_back({part.projection, part.slot, views.checkpoint(part.slot).position});
  }
}

// What is folded and not written yet; while one piece is written, the next one is folded.
class Build::Pieces {
 public:
  Pieces(ViewStore& views, std::vector<Standing>& parts) : views_(views), parts_(parts) { begin(); }

  void apply(Position position, const Event& event) {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (parts_[i].folded < position) parts_[i].projection->apply(event, *states_[i]);
    }
    last_ = {position, event.header.hash};
  }

  // Its error is that of the piece before; finish() has the last one's.
  Result<void> write() {
    for (Standing& part : parts_) {
      if (part.folded >= last_.position) continue;
      folding_->checkpoint(part.slot, last_);
      part.folded = last_.position;
    }
    if (auto written = finish(); !written) return written;
    writing_ = std::move(folding_);
    written_ = std::async(std::launch::async, [this] { return views_.write(*writing_); });
    begin();
    return {};
  }

  Result<void> finish() { return written_.valid() ? written_.get() : Result<void>(); }

 private:
  void begin() {
    folding_ = std::make_unique<ViewStore::Batch>(views_, writing_.get());
    states_.clear();
    for (const Standing& part : parts_) states_.push_back(&folding_->state(part.slot));
  }

  ViewStore& views_;
  std::vector<Standing>& parts_;
  std::unique_ptr<ViewStore::Batch> writing_;
  std::unique_ptr<ViewStore::Batch> folding_;  // reads through writing_
  std::vector<FoldState*> states_;             // of folding_, one for each part
  Head last_;
  std::future<Result<void>> written_;  // waited for before the batches go
};

Position Build::done() const {
  SYNCLINE_CHECK(!parts_.empty());
  return std::ranges::min(parts_, {}, &Standing::folded).folded;
}

Result<void> Build::fold_to(Position to, const FoldProgress& progress) {
  if (done() >= to) return {};
  Pieces pieces(views_, parts_);
  Result<void> written;
  std::size_t bytes = 0;
  const auto fold = [&](Position position, std::string_view frame) {
    pieces.apply(position, decode_frame(frame));
    bytes += frame.size();
    const bool whole = position.value % events_at_once_ == 0 || position == to;
    if (whole) written = pieces.write();
    const bool due = whole || position.value % limits::kCommitEvents == 0;
    if (written && due && progress && !progress(position, to, std::exchange(bytes, 0))) {
      written = Error{ErrorCode::stopping, "the build was ended; what served before serves on"};
    }
    return written.has_value();
  };
  auto scanned = log_.scan(done().next(), to, fold);
  if (written) written = pieces.finish();
  if (!scanned) return scanned;
  if (!written) return written;
  if (done() < to) {
    return Error{ErrorCode::corrupt, "event " + std::to_string(done().value + 1) +
                                         " and those behind it cannot be found in the log, which "
                                         "ends at " +
                                         std::to_string(to.value) +
                                         "; `syncline log verify` says more"};
  }
  return {};
}

}  // namespace syncline
