// The event log: RocksDB at <data>/log, the only queue of the product. One writer (the sequencer's
// thread), any number of readers on any thread. docs/log-format.md gives column families and keys.
//
// Failure: the first failed write, sync, flush or compaction closes the log for writing for the
// life of the process (log_closed, see disk_trouble.h); reading goes on. Nothing is retried.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/error.h"
#include "engine/log/disk_trouble.h"
#include "engine/log/record.h"

namespace rocksdb {
class Env;
}

namespace syncline {

struct WalTaken;  // wal.h

// What the log ends with.
struct Head {
  Position position;
  Hash hash{};  // of the last event; zero for an empty log
};

inline constexpr std::size_t kIdentityBytes = 40;

// Which log it is: a copy has the name of what it was copied from.
struct LogName {
  std::string identity{};  // a uuid, at most kIdentityBytes
  OriginId node{};         // whose log it is
  bool operator==(const LogName&) const = default;
};

struct IdEntry {
  Position position;
  Hash content_hash{};
};

struct LogOptions {
  std::string path{};           // <data>/log
  rocksdb::Env* env = nullptr;  // the file system; nullptr: the operating system's
  std::string new_identity{};   // what a log that is made now is called: a uuid
  std::string node{};           // whose log it is; "" reads any
  bool read_only = false;       // beside a running server
  // It had been made to its end once: what it lacks is not made anew.
  bool made = false;
  // A write-ahead log is read as far as it is whole. Only to see what a damaged one has lost, and
  // once that is nothing, or a person has accepted it.
  bool up_to_fault = false;
  bool sync = true;                        // false only in a test that must lose data
  int open_files = -1;                     // that RocksDB keeps open to read from, at most; -1: all
  std::shared_ptr<DiskTrouble> trouble{};  // of the data folder; nullptr: one of the log's own
};

// That the node's events belong to `incarnation` from the next one on, whose body this is
// (incarnation.h).
struct IncarnationNote {
  Incarnation incarnation = 0;
  std::string first_body;
};

class Log {
 public:
  // Makes one where there is none. A folder with what is left of one is refused as it is.
  static Result<std::unique_ptr<Log>> open(LogOptions options);
  static bool exists(const std::string& path, rocksdb::Env* env);
  // Refused (corrupt): there are files of a log, and none that says how to read them.
  static Result<void> check_files(const std::string& path, rocksdb::Env* env);
  ~Log();

  // One commit: what write() will write, in one piece of memory. Frames lie in it as they will lie
  // in the log, and are read from it before and after the write.
  class Commit {
   public:
    explicit Commit(Log& log);
    ~Commit();
    // In position order; makes the frame, and sets header.hash.
    void add(RecordHeader& header, std::string_view body);
    void add_subject(std::string_view subject, Position last);
    void add_id(std::string_view source, std::string_view id, const IdEntry& entry);
    std::size_t events() const;
    std::size_t bytes() const;  // of the frames
    std::string_view frame(std::size_t i) const;

    // For events that come all or none: what was added since save() is kept, or taken back.
    void save();
    void keep_saved();
    void take_back();
    void clear();  // empty as when new, but with the memory it has grown to

   private:
    friend class Log;
    struct Batch;
    std::unique_ptr<Batch> batch_;
  };

  // Durable when it returns. An error leaves open whether it is on disk: the next start shows it.
  // Once it is closed, every call is log_closed, and nothing is written.
  Result<void> write(Commit& commit);

  Head head() const;                                // of what is durable
  std::optional<RecordHeader> last_header() const;  // nullopt: empty
  const std::string& identity() const;              // uuid, made with the log
  const std::string& node() const;                  // whose log it is
  std::optional<Error> closed() const;              // why it is closed for writing
  LogName name() const;                             // both of it
  // What must keep up with it (views, log.acked) has failed. Gives the reason, as closed().
  Error close_for_writing(const Error& cause);

  WalTaken taken() const;  // at open
  // Written durably by note(), before a sequencer is on the log; nullopt: nothing was noted ever.
  const std::optional<IncarnationNote>& noted() const;
  Result<void> note(IncarnationNote note);

  // A folder that opens as this log as it is now: sorted files linked, the rest copied, and nothing
  // flushed for it, so that writing goes on. `into`: absolute, not there, on the log's file system.
  Result<void> checkpoint(const std::string& into) const;

  // Was what is folded up to there folded from this log? Nothing was from any; false, too, when the
  // event cannot be read.
  bool holds(const Head& checkpoint) const;
  // Frame by position; its checksum checked; `corrupt` names the position, not_found the head.
  Result<std::string> read(Position position) const;
  // Calls `each` with checked frames from..to (both inclusive), until it returns false.
  Result<void> scan(Position from, Position to,
                    const std::function<bool(Position, std::string_view frame)>& each) const;
  Result<std::optional<IdEntry>> find_id(std::string_view source, std::string_view id) const;
  Result<Position> subject_version(std::string_view subject) const;  // 0: none yet
  // First position whose append_time is at or after `time`; head + 1: none.
  Result<Position> first_at(Time time) const;

  struct Store;  // RocksDB, seen by log.cc alone

 private:
  explicit Log(std::unique_ptr<Store> store);
  std::unique_ptr<Store> store_;
};

}  // namespace syncline
