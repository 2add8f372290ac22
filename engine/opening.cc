#include "engine/opening.h"

#include "engine/engine.h"
#include "engine/log/data_folder.h"
#include "engine/log/incarnation.h"
#include "engine/log/rocks.h"
#include "engine/log/wal.h"

namespace syncline {
namespace {

std::string number(Position position) { return std::to_string(position.value); }

// "event 3 was", "events 3 to 5 were"
std::string range(Position from, Position to) {
  if (from == to) return "event " + number(from) + " was";
  return "events " + number(from) + " to " + number(to) + " were";
}

// Acknowledged events that a log does not hold, or may not.
struct Loss {
  ErrorCode code;
  std::string what;                       // a sentence without its end
  std::optional<Position> from, to;       // as far as they are known
  std::optional<std::uint64_t> events{};  // nullopt: it is not known how many

  std::string typed() const { return events ? std::to_string(*events) : "unknown"; }
};

Error refusal(const Loss& loss) {
  return {loss.code, loss.what +
                         "; restore the folder from a backup (`syncline backup restore`), or start "
                         "once with --accept-loss " +
                         loss.typed() + " to go on without them"};
}

class Opening {
 public:
  Opening(const EngineOptions& options, std::shared_ptr<DiskTrouble> trouble)
      : options_(options), trouble_(std::move(trouble)) {}

  Result<OpenedLog> run() {
    if (auto made = make_data_folder(options_.data); !made) return made.error();
    if (auto holder = folder_in_use(path("log"))) return *holder;
    if (auto read = read_acked(); !read) return read.error();
    if (auto there = look_for_log(); !there) return there.error();
    if (auto looked = look_before(); !looked) return looked.error();
    auto log = open(false);
    if (!log) return log.error();
    if (auto judged = judge(**log); !judged) return judged.error();
    if (auto accepted = accept(**log); !accepted) return accepted.error();
    if (torn_bytes_ > 0 && options_.observer != nullptr) options_.observer->torn_tail(torn_bytes_);
    auto acked = AckedFile::open(path("log.acked"), options_.env, (*log)->head(), trouble_);
    if (!acked) return acked.error();
    if (auto synced = sync_data_folder(options_.data, options_.env); !synced) return synced.error();
    return OpenedLog{std::move(*log), std::move(*acked)};
  }

 private:
  std::string path(const char* name) const { return options_.data + "/" + name; }
  void notice(const std::string& what) const {
    if (options_.observer != nullptr) options_.observer->noticed(what);
  }

  Result<void> read_acked();
  Result<void> look_for_log() const;
  Result<void> look_before();
  bool being_made() const;
  Result<std::unique_ptr<Log>> open(bool read_only) const;
  Result<std::unique_ptr<Log>> open_up_to_fault();
  Result<std::optional<Loss>> loss_of(const Log& log) const;
  Result<std::optional<Loss>> missing_in(const Log& log) const;
  Result<void> judge(const Log& log);
  Result<void> accept(Log& log);

  const EngineOptions& options_;
  const std::shared_ptr<DiskTrouble> trouble_;
  std::optional<Head> acked_;
  bool acked_missing_ = false;
  std::string acked_unknown_;  // why log.acked says nothing; "": it does
  Wal wal_;
  bool up_to_fault_ = false;
  std::string damage_;  // of the write-ahead log; "": it is whole, or its end was never written
  std::uint64_t torn_bytes_ = 0;
  std::optional<Loss> loss_;
};

Result<void> Opening::read_acked() {
  const std::string file = path("log.acked");
  auto acked = AckedFile::read(file, options_.env);
  if (!acked) {
    if (acked.error().code != ErrorCode::corrupt) return acked.error();
    acked_unknown_ = acked.error().message;
    return {};
  }
  acked_ = *acked;
  if (!acked_) {
    acked_missing_ = true;
    acked_unknown_ = file + " is missing, so what was acknowledged is not known";
    return {};
  }
  auto half = AckedFile::half_damaged(file, options_.env);
  if (!half) return half.error();
  if (*half) {
    notice(file +
           " was damaged in one of its two slots: the last event that was acknowledged may be one "
           "behind what the other says; hold the end of the log against a copy");
  }
  return {};
}

// Nothing goes on from a log that is not there: not even its incarnation is known.
Result<void> Opening::look_for_log() const {
  if (auto checked = Log::check_files(path("log"), options_.env); !checked) return checked;
  if (Log::exists(path("log"), options_.env)) return {};
  const bool nothing_acked = acked_missing_ || (acked_ && acked_->position == Position(0));
  if (nothing_acked && !options_.accept_loss) return {};
  if (nothing_acked) {
    return Error{ErrorCode::invalid, "there is no loss to accept: there is no log in " +
                                         options_.data + "; start without --accept-loss"};
  }
  const std::string acked =
      acked_ ? "events 1 to " + number(acked_->position) + " were acknowledged" : acked_unknown_;
  return Error{acked_ ? ErrorCode::acked_ahead : ErrorCode::corrupt,
               acked + ", and " + path("log") +
                   " is not there; restore the folder from a backup (`syncline backup restore`), "
                   "or begin a new log in another folder, under another node.id"};
}

// A log that is opened for writing is changed: what was never whole is gone, and what replaces a
// file that is missing stands in its place. So it is judged before that.
Result<void> Opening::look_before() {
  if (!Log::exists(path("log"), options_.env)) return {};
  auto looked = Wal::look(path("log"), options_.env);
  if (!looked) return looked.error();
  wal_ = std::move(*looked);
  auto log = open(true);
  if (!log && being_made()) return {};
  if (!log && (wal_.whole() || log.error().code != ErrorCode::corrupt)) return log.error();
  if (!log || wal_.goes_on_behind((*log)->taken())) {
    log = open_up_to_fault();
    if (!log) return log.error();
  }
  const WalTaken taken = (*log)->taken();
  if (wal_.goes_on_behind(taken)) {
    damage_ = wal_.fault(taken);
  } else {
    torn_bytes_ = wal_.bytes_behind(taken);
  }
  return judge(**log);
}

// A start was cut off while it made the log: before log.acked was there, and with no event.
bool Opening::being_made() const { return acked_missing_ && wal_.records() <= 1; }

// Where what lies behind it was taken over already, nothing can be cut off.
Result<std::unique_ptr<Log>> Opening::open_up_to_fault() {
  up_to_fault_ = true;
  auto log = open(true);
  if (!log) return log.error();
  const WalTaken taken = (*log)->taken();
  if (!wal_.fault(taken).empty() && wal_.taken_up_to_it(taken)) return log;
  return Error{ErrorCode::corrupt,
               wal_.fault({}) +
                   ", and what lies behind it was taken over already, so that it cannot "
                   "be cut off; restore the folder from a backup (`syncline backup "
                   "restore`)"};
}

Result<std::unique_ptr<Log>> Opening::open(bool read_only) const {
  return Log::open({.path = path("log"),
                    .env = options_.env,
                    .new_identity = uuid7(options_.clock->now(), *options_.rng),
                    .node = std::string(options_.node.text()),
                    .read_only = read_only,
                    .made = !acked_missing_ && Log::exists(path("log"), options_.env),
                    .up_to_fault = up_to_fault_,
                    .sync = options_.sync,
                    .open_files = options_.log_files,
                    .trouble = trouble_});
}

Result<std::optional<Loss>> Opening::missing_in(const Log& log) const {
  const Head head = log.head();
  if (acked_missing_ && head.position == Position(0)) return std::optional<Loss>{};  // both are new
  if (!acked_) {
    return std::optional<Loss>({ErrorCode::corrupt,
                                acked_unknown_ + "; the log ends at " + number(head.position),
                                head.position.next(),
                                {}});
  }
  if (acked_->position > head.position) {
    const Position from = head.position.next();
    return std::optional<Loss>({ErrorCode::acked_ahead,
                                range(from, acked_->position) + " acknowledged and " +
                                    (from == acked_->position ? "is" : "are") + " not in " +
                                    path("log") + ", which ends at " + number(head.position),
                                from, acked_->position,
                                acked_->position.value - head.position.value});
  }
  if (acked_->position == Position(0)) return std::optional<Loss>{};
  const auto frame = log.read(acked_->position);
  if (!frame) return frame.error();
  if (decode_header(*frame)->hash == acked_->hash) return std::optional<Loss>{};
  return std::optional<Loss>({ErrorCode::corrupt,
                              "event " + number(acked_->position) + " in " + path("log") +
                                  " is not the one that was acknowledged",
                              {},
                              {}});
}

Result<std::optional<Loss>> Opening::loss_of(const Log& log) const {
  auto missing = missing_in(log);
  if (!missing || damage_.empty()) return missing;
  if (*missing) {
    (*missing)->code = ErrorCode::corrupt;
    (*missing)->what.insert(0, damage_ + ": ");
    return missing;
  }
  const Position end = log.head().position;
  return std::optional<Loss>({ErrorCode::corrupt,
                              damage_ + ": the log is whole up to event " + number(end) +
                                  ", the last one that was acknowledged, and what lies behind it "
                                  "cannot be read",
                              end.next(), end, 0});
}

// Leaves in loss_ what is accepted: the words that were typed are the refusal's own.
Result<void> Opening::judge(const Log& log) {
  auto loss = loss_of(log);
  if (!loss) return loss.error();
  loss_ = std::move(*loss);
  const auto& typed = options_.accept_loss;
  if (!loss_ && !typed) return {};
  if (!loss_) {
    return Error{ErrorCode::invalid,
                 "there is no loss to accept: " + path("log") +
                     " holds all that was acknowledged; start without --accept-loss"};
  }
  if (!typed) return refusal(*loss_);
  if (typed->events == loss_->events) return {};
  Error wrong = refusal(*loss_);
  wrong.message.insert(0, "what is lost is not what --accept-loss says: ");
  return wrong;
}

Result<void> Opening::accept(Log& log) {
  if (!loss_) return {};
  const IncarnationReason reason{EventType::log_loss_accepted,
                                 {loss_->from, loss_->to, options_.accept_loss->who, loss_->what}};
  auto begun = begin_incarnation(log, reason, *options_.clock, *options_.rng);
  if (!begun) return begun.error();
  notice("a loss was accepted by " + options_.accept_loss->who + ": " + loss_->what +
         "; the log goes on as incarnation " + std::to_string(*begun));
  return AckedFile::replace(path("log.acked"), options_.env, log.head());
}

}  // namespace

Result<OpenedLog> open_log(const EngineOptions& options, std::shared_ptr<DiskTrouble> trouble) {
  return Opening(options, std::move(trouble)).run();
}

}  // namespace syncline
