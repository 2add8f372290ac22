#include "engine/log/verify.h"

#include <algorithm>
#include <memory>

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include "engine/limits.h"
#include "engine/log/acked_file.h"
#include "engine/log/chain_check.h"
#include "engine/log/index_check.h"
#include "engine/log/layout.h"
#include "engine/log/marks.h"
#include "engine/log/rocks.h"
#include "engine/log/rocks_files.h"
#include "engine/log/wal.h"

namespace syncline {
namespace {

constexpr int kLooksMax = 3;  // a writer beside us may be in the way of one or two

constexpr const char* kAltered =
    "the disk gives back what was written last, so a program or a person changed it; restore the "
    "folder from a copy that verifies, and look who may write to it";

std::string number(Position position) { return std::to_string(position.value); }

// Words for what frame_fault() finds, and what to do.
LogFault frame_words(Position position, std::string_view fault) {
  const std::string event = "event " + number(position) + " ";
  if (fault == "size") {
    return {position, event + "is damaged: it is not as long as its header says", kRestoreFolder};
  }
  if (fault == "checksum") {
    return {position, event + "is damaged: its bytes do not have the checksum they were given",
            kRestoreFolder};
  }
  if (fault == "body") {
    return {position, event + "is damaged: its body is no FlatBuffers body", kAltered};
  }
  if (fault == "hash") {
    return {position, event + "was altered: its header does not have the hash it was given",
            kAltered};
  }
  return {position, event + "was altered: its body is not the one that its header was made for",
          kAltered};
}

// One look at the folder. Files beside the log are read before it: a server that runs acknowledges
// and folds what is in the log already.
class Look {
 public:
  explicit Look(const VerifyOptions& options) : options_(options) {}

  Result<Verification> run() {
    if (!or_default(options_.env)->FileExists(path("log")).ok()) return without_log();
    auto marks = read_marks(options_.data, options_.env);
    if (marks.has_error()) return marks.error();
    if (auto opened = open_log(); opened.has_error()) return opened.error();
    if (!seen_.fault) {
      if (auto checked = check_log(*marks); checked.has_error()) return checked.error();
    }
    return std::move(seen_);
  }

 private:
  std::string path(const char* name) const { return options_.data + "/" + name; }

  // The first one counts.
  void found(LogFault fault) {
    if (!seen_.fault) seen_.fault = std::move(fault);
  }

  // Never one, or one that is gone.
  Result<Verification> without_log() {
    const auto acked = AckedFile::read(path("log.acked"), options_.env);
    if (acked.has_error()) return acked.error();
    if (!*acked || (*acked)->position == Position()) {
      return Error{ErrorCode::not_found, "there is no log in " + options_.data +
                                             "; name the folder that a server was given"};
    }
    found({Position(1),
           "events 1 to " + number((*acked)->position) + " were acknowledged, and " + path("log") +
               " is not there",
           kRestoreFolder});
    return std::move(seen_);
  }

  Result<void> open_log() {
    auto status = log_.open(path("log"), options_.env);
    if (status.IsCorruption()) {
      if (auto opened = open_up_to_fault(status); !opened) return opened;
    }
    std::string format;
    if (status.ok()) {
      for (const char* name : {"events", "ids", "subjects", "meta"}) {
        if (log_.family(name) == nullptr) {
          status = rocksdb::Status::Corruption(std::string("there is no column family ") + name);
          break;
        }
      }
    }
    if (status.ok()) status = log_.db().Get({}, log_.family("meta"), "format", &format);
    const bool missing = status.IsNotFound() || status.IsPathNotFound();  // an entry, or a file
    if (status.IsCorruption() || missing || (status.ok() && format.size() != 8)) {
      found({Position(), "the log cannot be opened: " + status.ToString(), kRestoreFolder});
      return {};
    }
    if (!status.ok()) return rocks_error(status, "opening", path("log"));
    if ((from_big_endian(format) & kHalfBuilt) != 0) {
      return Error{ErrorCode::invalid, half_built(path("log"))};
    }
    if (from_big_endian(format) > kFormatVersion) {
      return Error{ErrorCode::newer_format, path("log") + " has format " +
                                                std::to_string(from_big_endian(format)) +
                                                "; use the newer program that wrote it"};
    }
    return {};
  }

  // What lies before the place where the write-ahead log is damaged can be looked at.
  Result<void> open_up_to_fault(rocksdb::Status& status) {
    auto wal = Wal::look(path("log"), options_.env);
    if (!wal) return wal.error();
    if (wal->whole()) return {};
    const auto opened = log_.open(path("log"), options_.env, /*up_to_fault=*/true);
    if (!opened.ok()) return {};
    status = opened;
    const WalTaken taken = taken_from_wals(log_.db());
    if (wal->goes_on_behind(taken)) damage_ = wal->fault(taken);
    return {};
  }

  Result<void> check_log(const Marks& marks) {
    if (auto ends = find_head(); ends.has_error()) return ends;
    if (auto walked = walk_events(); walked.has_error() || seen_.fault) return walked;
    if (!damage_.empty()) {
      found({seen_.head.position.next(), damage_ + ", and nothing behind it can be read in order",
             kRestoreFolder});
      return {};
    }
    for (const Mark& mark : marks.all) {
      if (auto held = hold_against(mark); held.has_error() || seen_.fault) return held;
    }
    if (marks.fault) {
      found(*marks.fault);
    } else if (!marks.acked && seen_.head.position > Position()) {
      found({Position(), path("log.acked") + " is missing, so what was acknowledged is not known",
             "copy it from where the log came from"});
    } else if (options_.from > seen_.head.position.next()) {
      return Error{ErrorCode::not_found, "there is no event " + number(options_.from) +
                                             " to begin with: the log ends at " +
                                             number(seen_.head.position)};
    }
    return {};
  }

  Result<void> find_head() {
    const std::unique_ptr<rocksdb::Iterator> it(log_.db().NewIterator({}, log_.family("events")));
    it->SeekToLast();
    if (it->Valid() && it->key().size() == 8) {
      seen_.head.position = Position(from_big_endian(view(it->key())));
      if (const auto header = decode_header(view(it->value()))) seen_.head.hash = header->hash;
    } else if (it->Valid()) {
      found({Position(), "the log ends with a key that is no position", kRestoreFolder});
    } else if (it->status().IsCorruption()) {
      found({Position(), "the end of the log cannot be read: " + it->status().ToString(),
             kRestoreFolder});
    } else if (!it->status().ok()) {
      return rocks_error(it->status(), "reading the last event of", path("log"));
    }
    return {};
  }

  Result<void> walk_events();
  Result<void> check_event(Position position, std::string_view frame, ChainCheck& chain,
                           IndexCheck& ids, IndexCheck& subjects);

  // The log holds the event that the mark names.
  Result<void> hold_against(const Mark& mark) {
    const Position at = mark.head.position;
    if (at == Position()) return {};
    if (at > seen_.head.position) {
      found({seen_.head.position.next(),
             mark.name + " says that the log holds event " + number(at) + ", and it ends at " +
                 number(seen_.head.position),
             kRestoreFolder});  // nothing is acknowledged or folded that was not in the log
      return {};
    }
    std::string frame;
    const auto status =
        log_.db().Get({}, log_.family("events"), slice(view(big_endian(at.value))), &frame);
    if (!status.ok() && !status.IsCorruption() && !status.IsNotFound()) {
      return rocks_error(status, "reading event " + number(at) + " of", path("log"));
    }
    const auto header = decode_header(frame);
    if (!header || header->hash != mark.head.hash) {
      found({at, mark.name + " names another event " + number(at) + " than the log holds",
             mark.remedy});
    }
    return {};
  }

  const VerifyOptions& options_;
  Verification seen_;
  RocksFiles log_;
  std::string damage_;  // of the write-ahead log; "": none
};

Result<void> Look::walk_events() {
  seen_.from = std::max(options_.from, Position(1));
  seen_.to = std::min(options_.to.value_or(seen_.head.position), seen_.head.position);
  if (seen_.fault || seen_.to < seen_.from) return {};
  auto* const events = log_.family("events");
  ChainCheck chain(seen_.from == Position(1));
  IndexCheck ids(IndexCheck::Kind::ids, log_.db(), log_.family("ids"), events);
  IndexCheck subjects(IndexCheck::Kind::subjects, log_.db(), log_.family("subjects"), events);

  rocksdb::ReadOptions reading;
  reading.readahead_size = limits::kMiB;
  reading.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(log_.db().NewIterator(reading, events));
  Position expected = seen_.from;
  const Position before(seen_.from.value - 1);
  it->Seek(slice(view(big_endian(std::max(before, Position(1)).value))));
  if (it->Valid() && view(it->key()) == view(big_endian(before.value))) {
    // What the first one of the range stands behind.
    const auto header = decode_header(view(it->value()));
    if (header) static_cast<void>(chain.fault_of(*header));
    it->Next();
  }
  for (; it->Valid() && expected <= seen_.to && !seen_.fault; it->Next()) {
    if (view(it->key()) != view(big_endian(expected.value))) break;
    auto checked = check_event(expected, view(it->value()), chain, ids, subjects);
    if (checked.has_error()) return checked;
    ++seen_.events;
    const auto onward = options_.progress
                            ? options_.progress(expected, seen_.to, it->value().size())
                            : Onward::go_on;
    if (onward == Onward::abandon) {
      return Error{ErrorCode::stopping,
                   "the verification was stopped at event " + number(expected)};
    }
    if (onward == Onward::end_here && expected < seen_.to) {
      seen_.to = expected;
      seen_.next = expected.next();
    }
    expected = expected.next();
  }
  if (seen_.fault) return {};
  if (it->status().IsCorruption()) {
    found({expected, "event " + number(expected) + " cannot be read: " + it->status().ToString(),
           kRestoreFolder});
  } else if (!it->status().ok()) {
    return rocks_error(it->status(), "reading event " + number(expected) + " of", path("log"));
  } else if (expected <= seen_.to) {
    found({expected, "event " + number(expected) + " is missing: the log goes on behind it",
           kRestoreFolder});
  }
  for (const IndexCheck* index : {&ids, &subjects}) {
    if (seen_.fault) return {};
    auto fault = index->fault_of_entries(seen_.from, seen_.to, seen_.head.position);
    if (fault.has_error()) return fault.error();
    if (*fault) found(std::move(**fault));
  }
  return {};
}

Result<void> Look::check_event(Position position, std::string_view frame, ChainCheck& chain,
                               IndexCheck& ids, IndexCheck& subjects) {
  if (const char* fault = frame_fault(frame, FrameCheck::everything)) {
    found(frame_words(position, fault));
    return {};
  }
  const Event event = decode_frame(frame);
  const std::string name = "event " + number(position) + " ";
  if (event.header.position != position) {
    found({position, name + "says that it is event " + number(event.header.position), kAltered});
    return {};
  }
  if (std::string fault = chain.fault_of(event.header); !fault.empty()) {
    found({position, name + fault, kAltered});
    return {};
  }
  for (IndexCheck* index : {&ids, &subjects}) {
    auto fault = index->fault_of(event);
    if (fault.has_error()) return fault.error();
    if (!fault->empty()) {
      found({position, name + *fault, IndexCheck::kRemedy});
      return {};
    }
  }
  return {};
}

}  // namespace

Result<Verification> verify_log(const VerifyOptions& asked) {
  VerifyOptions options = asked;
  std::optional<LogFault> before;
  std::optional<Position> next;
  for (int look = 1;; ++look) {
    auto looked = Look(options).run();
    if (looked && next) looked->next = next;
    if (look == kLooksMax) return looked;
    if (looked.has_error()) {
      if (looked.error().code != ErrorCode::io) return looked;
      continue;
    }
    const auto& fault = looked->fault;
    if (!fault || (before && before->what == fault->what)) return looked;
    before = fault;
    // What was found is looked at again as far as this look went, whoever wants to end earlier.
    if (looked->next) options.to = looked->to;
    next = looked->next;
    if (!asked.progress) continue;
    options.progress = [&asked](Position done, Position of, std::size_t bytes) {
      const Onward onward = asked.progress(done, of, bytes);
      return onward == Onward::end_here ? Onward::go_on : onward;
    };
  }
}

}  // namespace syncline
