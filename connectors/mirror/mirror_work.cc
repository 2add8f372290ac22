#include "connectors/mirror/mirror_work.h"

#include "connectors/mirror/resume_point.h"
#include "connectors/operators/export_query.h"
#include "engine/limits.h"

namespace syncline {
namespace {

using std::chrono::steady_clock;

// For one answer of Kafka's; behind it the mirror looks whether it is to stop.
constexpr std::chrono::milliseconds kAnswer{5'000};
constexpr std::chrono::milliseconds kCommitSlice{1'000};
// A transaction that is aborted so often is not cured by another one with the same producer.
constexpr int kAborts = 3;
// More than this is not the usual lag of a transaction.
constexpr std::uint64_t kBehind = limits::kMirrorTransactionEvents;

}  // namespace

StepOutcome MirrorWork::step(MirrorState state) {
  switch (state) {
    case MirrorState::connecting:
      return connect();
    case MirrorState::fencing:
      return fence();
    case MirrorState::reading_progress:
      return read_progress();
    case MirrorState::catching_up:
    case MirrorState::streaming:
      return transact();
    case MirrorState::backing_off:
    case MirrorState::refusing:
    case MirrorState::fenced:
      break;
  }
  return StepOutcome::done;
}

StepOutcome MirrorWork::connect() {
  kafka_.reset();  // before its successor has its name
  aborts_ = 0;
  auto made = make_();
  if (made.has_error()) return failed(made.error());
  kafka_ = std::move(*made);
  auto found = kafka_->find_topics(kAnswer);
  if (found.has_error()) return failed(found.error());
  topics_ = std::move(*found);
  for (const std::string& note : topics_.notes) observer_.mirror_noticed(note);
  if (!in_doubt_) return StepOutcome::done;

  // It was shut out, by the broker's clock or by another process: that one has gone on since.
  const auto json = kafka_->last_progress(kAnswer);
  if (json.has_error()) return failed(json.error());
  std::optional<MirrorProgress> now;
  if (*json) {
    auto read = syncline::read_progress(**json);
    if (read.has_value()) now = std::move(*read);
  }
  if (overtaken(now)) {
    return failed({FaultKind::fenced, "another process has mirrored this node meanwhile"});
  }
  return StepOutcome::done;
}

bool MirrorWork::overtaken(const std::optional<MirrorProgress>& now) const {
  return !now || (*now != progress_ && *now != in_doubt_->progress);
}

StepOutcome MirrorWork::fence() {
  const auto fenced = kafka_->fence(kAnswer);
  if (fenced.has_error()) return failed(fenced.error());
  in_doubt_.reset();
  return StepOutcome::done;
}

StepOutcome MirrorWork::read_progress() {
  const auto json = kafka_->last_progress(kAnswer);
  if (json.has_error()) return failed(json.error());
  if (!*json) return go_on_from(std::nullopt);
  const auto progress = syncline::read_progress(**json);
  if (progress.has_error()) {
    why_ = progress_topic(options_.prefix, engine_.node()) + ": " + progress.error().message;
    return StepOutcome::refused;
  }
  return go_on_from(*progress);
}

StepOutcome MirrorWork::go_on_from(const std::optional<MirrorProgress>& progress) {
  bool records = false;
  if (!progress) {
    const auto any = kafka_->topics_hold_records(kAnswer);
    if (any.has_error()) return failed(any.error());
    records = *any;
  }
  const Log& log = engine_.log();
  const Position head = log.head().position;
  const auto same = find_own(log, engine_.node(), progress ? progress->sequence : Sequence(), head);
  if (same.has_error()) return failed({FaultKind::retriable, same.error().message});
  const auto last = last_own(log, engine_.node(), head);
  if (last.has_error()) return failed({FaultKind::retriable, last.error().message});
  const LogSide side{.identity = log.identity(), .same_sequence = *same, .last = *last};

  const Agreement agreed = agreement(side, progress, records);
  if (agreed != Agreement::begins && agreed != Agreement::goes_on) {
    why_ = refusal(agreed, side, progress, options_.prefix, engine_.node());
    return StepOutcome::refused;
  }
  if (progress && progress->topics != topics_.partitions) {
    observer_.mirror_noticed(
        "the partitions of the mirror's topics are others than before: events of one subject that "
        "stand in two of them have no order there");
  }
  cursor_ = agreed == Agreement::goes_on ? (*same)->position : Position();
  progress_ = progress.value_or(MirrorProgress{.log = log.identity()});
  progress_.topics = topics_.partitions;
  if (progress) return StepOutcome::behind;
  const auto written = write_first_progress();
  if (written.has_error()) return failed(written.error());
  return StepOutcome::behind;
}

// So that topics hold records only where there is a progress record.
KafkaResult<void> MirrorWork::write_first_progress() {
  if (auto begun = kafka_->begin(); begun.has_error()) return begun;
  if (auto sent = kafka_->send_progress(progress_json(progress_)); sent.has_error()) return sent;
  Transaction nothing{.reached = cursor_, .progress = progress_};
  nothing.begun = steady_clock::now();
  return commit(nothing);
}

StepOutcome MirrorWork::transact() {
  Transaction next{.reached = cursor_, .progress = progress_};
  auto filled = fill(next);
  if (filled.has_value() && next.events > 0) {
    filled = kafka_->send_progress(progress_json(next.progress));
    if (filled.has_value()) filled = commit(next);
  }
  if (filled.has_error()) return lost(filled.error(), next);
  aborts_ = 0;
  cursor_ = next.reached;
  progress_ = std::move(next.progress);
  if (next.events > 0) observer_.mirror_committed(next.events, next.bytes);
  const bool behind = engine_.applied().value - cursor_.value > kBehind;
  return behind ? StepOutcome::behind : StepOutcome::done;
}

KafkaResult<void> MirrorWork::fill(Transaction& transaction) {
  const Position end = engine_.applied();
  const auto room = [&transaction] {
    return transaction.events < limits::kMirrorTransactionEvents &&
           transaction.bytes < limits::kMirrorTransactionBytes;
  };
  while (transaction.reached < end && room() && !stopping_) {
    KafkaResult<void> added;
    const auto read = read_chosen(engine_.log(), {transaction.reached.next(), end}, {},
                                  [&](Position position, std::string_view frame, bool id_given) {
                                    added = add(transaction, frame, id_given);
                                    if (added.has_error()) return false;
                                    transaction.reached = position;
                                    return room();
                                  });
    if (added.has_error()) return added;
    if (read.has_error()) return KafkaFault{FaultKind::abortable, read.error().message};
  }
  return {};
}

KafkaResult<void> MirrorWork::add(Transaction& transaction, std::string_view frame, bool id_given) {
  const auto header = decode_header(frame);
  SYNCLINE_CHECK(header.has_value());  // the log has checked the frame
  if (header->name.origin != engine_.node()) return {};
  SYNCLINE_CHECK(header->name.sequence == transaction.progress.sequence.next());
  if (transaction.events == 0) {
    transaction.begun = steady_clock::now();
    if (auto begun = kafka_->begin(); begun.has_error()) return begun;
  }
  const MirrorRecord record = mirror_record(frame, id_given, options_.format, mappings_);
  ++transaction.events;
  transaction.bytes += record.bytes();
  transaction.progress.incarnation = header->name.incarnation;
  transaction.progress.sequence = header->name.sequence;
  transaction.progress.hash = header->hash;
  return kafka_->send(record);
}

KafkaResult<void> MirrorWork::commit(const Transaction& transaction) {
  for (;;) {
    auto committed = kafka_->commit(kCommitSlice);
    if (committed.has_value() || committed.error().kind != FaultKind::retriable) return committed;
    if (stopping_ || steady_clock::now() - transaction.begun > options_.transaction_timeout) {
      return KafkaFault{FaultKind::fatal, committed.error().message};
    }
  }
}

StepOutcome MirrorWork::lost(const KafkaFault& fault, const Transaction& transaction) {
  if (fault.kind == FaultKind::abortable) return abort(fault, transaction);
  if (fault.kind != FaultKind::fenced) return failed(fault);
  if (steady_clock::now() - transaction.begun < options_.transaction_timeout) return failed(fault);
  in_doubt_ = transaction;
  return failed({FaultKind::fatal, "the broker ended a transaction that took too long"});
}

StepOutcome MirrorWork::abort(const KafkaFault& fault, const Transaction& transaction) {
  observer_.mirror_aborted(fault.message);
  const auto aborted = kafka_->abort(kAnswer);
  if (aborted.has_error()) {
    if (aborted.error().kind == FaultKind::fenced) return lost(aborted.error(), transaction);
    return failed(aborted.error());
  }
  why_ = fault.message;
  return ++aborts_ < kAborts ? StepOutcome::again : StepOutcome::failed;
}

StepOutcome MirrorWork::failed(const KafkaFault& fault) {
  why_ = fault.message;
  return outcome_of(fault.kind);
}

}  // namespace syncline
