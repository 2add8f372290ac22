// One of the log's two indexes (ids, subjects) held against the events, for verify.cc. Towards the
// index: each event is looked up. Back from it: as many entries as events have found themselves
// there means that each entry is an event's; only when the counts differ is each entry followed to
// its event. So bounded memory, and one sequential read of the index. Read-only, one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/log/verify.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
}  // namespace rocksdb

namespace syncline {

class IndexCheck {
 public:
  enum class Kind { ids, subjects };
  static constexpr const char* kRemedy =
      "the events themselves are as they were written; restore the folder from a copy that "
      "verifies";
  // The database outlives it.
  IndexCheck(Kind kind, rocksdb::DB& db, rocksdb::ColumnFamilyHandle* index,
             rocksdb::ColumnFamilyHandle* events);

  // What the index says wrong about `event`, as the end of a sentence that begins with the event;
  // "": nothing. Each event once.
  Result<std::string> fault_of(const Event& event);

  // Of the entries that point to an event from..to or to none: the one with the least position.
  // After fault_of() was asked for each event from..to, and they are whole.
  Result<std::optional<LogFault>> fault_of_entries(Position from, Position to, Position head) const;

 private:
  struct Entries;  // what a walk over the index found

  const char* name() const;
  std::size_t value_size() const;
  Result<Entries> walk(Position from, Position to, Position head, bool follow) const;
  Result<bool> names_its_event(std::string_view key, Position position) const;

  const Kind kind_;
  rocksdb::DB& db_;
  rocksdb::ColumnFamilyHandle* const index_;
  rocksdb::ColumnFamilyHandle* const events_;
  std::uint64_t found_ = 0;  // events that found themselves in the index
  std::string key_;          // kept for their memory
  std::string value_;
};

}  // namespace syncline
