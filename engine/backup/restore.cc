#include "engine/backup/restore.h"

#include <filesystem>

#include "engine/backup/folder_lock.h"
#include "engine/backup/verify_backup.h"
#include "engine/log/acked_file.h"
#include "engine/log/incarnation.h"
#include "engine/log/log_builder.h"

namespace syncline {
namespace {

constexpr const char* kRestoringName = "restoring";
constexpr const char* kRequestName = "request";

std::string number(Position position) { return std::to_string(position.value); }

class Restoring {
 public:
  explicit Restoring(const RestoreOptions& options)
      : options_(options), files_(options.env, options.files_progress), lock_(files_.env()) {}

  Result<Restored> run() {
    if (auto chosen = choose(); !chosen) return chosen.error();
    if (was_whole()) {
      if (auto tidied = tidy(); !tidied) return tidied.error();
      return restored_;
    }
    for (const auto step : {&Restoring::enter, &Restoring::fill, &Restoring::verify,
                            &Restoring::begin_incarnation, &Restoring::publish}) {
      if (auto done = (this->*step)(); !done) return done.error();
    }
    return restored_;
  }

 private:
  std::string backup() const { return options_.repository + "/" + restored_.id; }
  std::string work() const { return options_.into + "/" + kRestoringName; }
  // What is asked for, in a word; it stands in the folder while it is restored.
  std::string request() const {
    return restored_.manifest.identity + " " + restored_.id + " " +
           number(restored_.head.position) + "\n";
  }
  bool begun_before() const {
    const auto begun = files_.read(work() + "/" + kRequestName);
    return begun && *begun == request();
  }
  bool was_whole() const { return begun_before() && files_.exists(options_.into + "/log"); }
  Error damaged(const std::string& what) const {
    return {ErrorCode::corrupt, "backup " + restored_.id + " is damaged: " + what +
                                    "; take another one that `syncline backup verify` finds right"};
  }

  Result<void> choose();
  Result<void> find_end(Position to);
  Result<void> enter();
  Result<void> begin_anew();
  Result<void> fill();
  Result<void> copy_files();
  Result<void> copy(const BackupFile& file);
  Result<void> build();
  Result<std::unique_ptr<LogBuilder>> open_builder();
  Result<void> add_events(const Log& from, LogBuilder& to) const;
  Result<void> verify();
  Result<void> begin_incarnation();
  Result<void> publish();
  Result<void> tidy();

  const RestoreOptions& options_;
  BackupFiles files_;
  FolderLock lock_;  // on work()
  Restored restored_;
};

Result<void> Restoring::choose() {
  auto found = find_backup(options_.repository, options_.id, files_);
  if (!found) return found.error();
  restored_.id = found->id;
  if (!found->manifest) return damaged(found->fault);
  restored_.manifest = std::move(*found->manifest);
  restored_.head = restored_.manifest.head;
  return options_.to ? find_end(*options_.to) : Result<void>();
}

Result<void> Restoring::find_end(Position to) {
  if (to > restored_.head.position) {
    return Error{ErrorCode::not_found, "backup " + restored_.id + " ends at position " +
                                           number(restored_.head.position) + ", before " +
                                           number(to) + "; a later backup may have it"};
  }
  const auto log = Log::open({.path = backup() + "/log", .env = options_.env, .read_only = true});
  if (!log) return log.error();
  const auto frame = (*log)->read(to);
  if (!frame) return frame.error();
  restored_.head = {to, decode_header(*frame)->hash};
  return {};
}

// From here on the folder is one that a server refuses.
Result<void> Restoring::enter() {
  const bool begun = files_.exists(work());
  for (const char* name : {"log", "log.acked", "views"}) {
    if (!files_.exists(options_.into + "/" + name) || (begun && name != std::string("log"))) {
      continue;
    }
    return Error{ErrorCode::invalid, options_.into + " is not empty: it has " + name +
                                         "; choose an empty folder, or one that is not there"};
  }
  if (auto made = files_.make_folder(options_.into); !made) return made;
  if (auto made = files_.make_folder(work()); !made) return made;
  if (auto locked = lock_.take(work()); !locked) return locked;
  if (!begun_before()) {
    if (auto gone = begin_anew(); !gone) return gone;
  }
  {
    const auto acked = AckedFile::open(options_.into + "/log.acked", files_.env(), restored_.head);
    if (!acked) return acked.error();
  }
  if (auto put = files_.write(work() + "/" + kRequestName, request()); !put) return put;
  const auto into = std::filesystem::absolute(options_.into + "/").parent_path();
  if (auto synced = files_.sync_folder(into.parent_path().string()); !synced) return synced;
  return files_.sync_folder(into.string());
}

// What is there is of another backup, or of nobody knows which.
Result<void> Restoring::begin_anew() {
  if (auto gone = files_.remove_folder(work() + "/log"); !gone) return gone;
  return files_.remove_folder(work() + "/log.acked");
}

Result<void> Restoring::fill() {
  return restored_.head.position == restored_.manifest.head.position ? copy_files() : build();
}

Result<void> Restoring::copy_files() {
  const std::string log = work() + "/log";
  if (auto made = files_.make_folder(log); !made) return made;
  const auto there = files_.files_in(log);
  if (!there) return there.error();
  for (const std::string& name : *there) {
    if (restored_.manifest.file("log/" + name) != nullptr) continue;
    if (auto gone = files_.remove(log + "/" + name); !gone) return gone;
  }
  files_.expect(restored_.manifest.bytes());
  std::uint64_t bytes = 0;
  for (const BackupFile& file : restored_.manifest.files) {
    if (auto copied = copy(file); !copied) return copied;
    files_.reached(bytes += file.size);
  }
  return files_.sync_folder(log);
}

Result<void> Restoring::copy(const BackupFile& file) {
  const std::string from = backup() + "/" + file.path, to = work() + "/" + file.path;
  if (files_.exists(to)) {  // of the one that was interrupted
    const auto there = files_.hash(to);
    if (!there && there.error().code == ErrorCode::stopping) return there.error();
    if (there && *there == file.sha256) return {};
  }
  if (!files_.exists(from)) return damaged(file.path + " is missing");
  const auto sum = files_.copy(from, to);
  if (!sum) return sum.error();
  if (*sum != file.sha256) return damaged(file.path + " does not have the checksum it had");
  return {};
}

// An earlier end: the events up to it are written again, as the log had them then.
Result<void> Restoring::build() {
  if (Log::exists(work() + "/log", options_.env)) {  // whole, if it opens
    const auto done = Log::open({.path = work() + "/log", .env = options_.env, .read_only = true});
    if (done && (*done)->head().position == restored_.head.position) return {};
  }
  const auto from = Log::open({.path = backup() + "/log", .env = options_.env, .read_only = true});
  if (!from) return from.error();
  auto builder = open_builder();
  if (!builder) return builder.error();
  if (auto added = add_events(**from, **builder); !added) return added;
  return (*builder)->finish();
}

Result<std::unique_ptr<LogBuilder>> Restoring::open_builder() {
  const auto node = OriginId::from(restored_.manifest.node);
  if (!node) return damaged("its manifest names no node");
  const LogBuilderOptions options{
      .data = work(), .env = options_.env, .name = {restored_.manifest.identity, *node}};
  auto builder = LogBuilder::open(options);
  if (builder || builder.error().code != ErrorCode::invalid) return builder;
  // Interrupted before it knew whose log it was going to be.
  if (auto gone = begin_anew(); !gone) return gone.error();
  return LogBuilder::open(options);
}

Result<void> Restoring::add_events(const Log& from, LogBuilder& to) const {
  const Position end = restored_.head.position;
  Result<void> added;
  auto scanned = from.scan(Position(1), end, [&](Position position, std::string_view frame) {
    const Event event = decode_frame(frame);
    const auto entry = from.find_id(event.body.source, event.body.id);
    if (!entry) {
      added = entry.error();
      return false;
    }
    const bool given = *entry && (*entry)->position == position;
    added = to.add(frame, given ? std::optional((*entry)->content_hash) : std::nullopt);
    if (added && options_.events_progress &&
        !options_.events_progress(position, end, frame.size())) {
      added = Error{ErrorCode::stopping,
                    "stopped at event " + number(position) + "; the same command goes on"};
    }
    return added.has_value();
  });
  return scanned ? added : scanned;
}

Result<void> Restoring::verify() {
  const auto seen = verify_log(
      {.data = work(), .env = options_.env, .progress = onward(options_.events_progress)});
  if (!seen) return seen.error();
  if (seen->fault) return damaged(seen->fault->what);
  if (seen->head.position != restored_.head.position || seen->head.hash != restored_.head.hash) {
    return damaged("its log ends at " + number(seen->head.position) + " and not at " +
                   number(restored_.head.position));
  }
  return {};
}

Result<void> Restoring::begin_incarnation() {
  const auto log = Log::open({.path = work() + "/log", .env = options_.env});
  if (!log) return log.error();
  const std::string reason =
      "backup " + restored_.id + " was restored up to position " + number(restored_.head.position);
  const auto begun = syncline::begin_incarnation(
      **log,
      {EventType::log_restored,
       {.from = restored_.head.position.next(), .to = {}, .who = options_.who, .reason = reason}},
      *options_.clock, *options_.rng);
  if (!begun) return begun.error();
  restored_.incarnation = *begun;
  return {};
}

Result<void> Restoring::publish() {
  if (auto moved = files_.rename(work() + "/log", options_.into + "/log"); !moved) return moved;
  if (auto synced = files_.sync_folder(options_.into); !synced) return synced;
  return files_.remove_folder(work());
}

// It ended between the two lines above.
Result<void> Restoring::tidy() {
  const auto log =
      Log::open({.path = options_.into + "/log", .env = options_.env, .read_only = true});
  if (!log) return log.error();
  restored_.incarnation = next_incarnation(**log);
  return files_.remove_folder(work());
}

}  // namespace

Result<Restored> restore_backup(const RestoreOptions& options) {
  SYNCLINE_CHECK(options.clock != nullptr && options.rng != nullptr);
  return Restoring(options).run();
}

Result<void> check_restored(const std::string& data, rocksdb::Env* env) {
  const BackupFiles files(env, {});
  if (!files.exists(data + "/" + kRestoringName) || Log::exists(data + "/log", env)) return {};
  return Error{
      ErrorCode::invalid,
      data + " is half restored; type the same `syncline backup restore` again, it goes on"};
}

}  // namespace syncline
