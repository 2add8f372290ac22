#include "engine/log/index_check.h"

#include <memory>

#include <rocksdb/db.h>

#include "engine/limits.h"
#include "engine/log/rocks.h"
#include "engine/rng.h"

namespace syncline {
namespace {

std::string number(Position position) { return std::to_string(position.value); }

void key_of(IndexCheck::Kind kind, const EventBody& body, std::string& key) {
  key.clear();
  if (kind == IndexCheck::Kind::subjects) {
    key.append(body.subject);
    return;
  }
  key.append(body.source).push_back('\0');
  key.append(body.id);
}

// Of an id's key: "id 7 of source /shop".
std::string named(IndexCheck::Kind kind, std::string_view key) {
  const std::size_t nul = key.find('\0');
  if (kind == IndexCheck::Kind::subjects || nul == std::string_view::npos) {
    return "subject " + std::string(key);
  }
  return "id " + std::string(key.substr(nul + 1)) + " of source " + std::string(key.substr(0, nul));
}

}  // namespace

struct IndexCheck::Entries {
  std::uint64_t in_range = 0;
  std::optional<LogFault> fault;

  void found(Position position, std::string what) {
    if (!fault || position < fault->position) fault = LogFault{position, std::move(what), kRemedy};
  }
};

IndexCheck::IndexCheck(Kind kind, rocksdb::DB& db, rocksdb::ColumnFamilyHandle* index,
                       rocksdb::ColumnFamilyHandle* events)
    : kind_(kind), db_(db), index_(index), events_(events) {}

const char* IndexCheck::name() const { return kind_ == Kind::ids ? "ids" : "subjects"; }

std::size_t IndexCheck::value_size() const { return kind_ == Kind::ids ? 8 + sizeof(Hash) : 8; }

Result<std::string> IndexCheck::fault_of(const Event& event) {
  if (kind_ == Kind::subjects && event.body.subject.empty()) return std::string();
  key_of(kind_, event.body, key_);
  const rocksdb::Status status = db_.Get({}, index_, slice(key_), &value_);
  const std::string index = std::string("the index of ") + name();
  // An event whose producer gave no id has no entry; a producer's own UUIDv7 has one, so of these
  // alone a missing entry cannot be told.
  const bool may_have_none = kind_ == Kind::ids && may_be_made(event.body.id);
  if (status.IsNotFound()) {
    if (may_have_none) return std::string();
    return "has no entry in " + index + " (" + named(kind_, key_) + ")";
  }
  if (status.IsCorruption()) return "finds " + index + " unreadable: " + status.ToString();
  if (!status.ok()) return rocks_error(status, "reading " + index + " of", db_.GetName());
  if (value_.size() != value_size()) {
    return "has an entry of " + std::to_string(value_.size()) + " bytes in " + index + " (" +
           named(kind_, key_) + ")";
  }
  const Position entry(from_big_endian(std::string_view(value_).substr(0, 8)));
  if (entry == event.header.position) {
    ++found_;
    return std::string();
  }
  // A later event of the subject; or one that was given the id that the product had made for this.
  const bool later_may_be = kind_ == Kind::subjects || may_have_none;
  if (entry > event.header.position && later_may_be) return std::string();
  return "is not where " + index + " points: " + named(kind_, key_) + " is event " + number(entry) +
         " there";
}

Result<std::optional<LogFault>> IndexCheck::fault_of_entries(Position from, Position to,
                                                             Position head) const {
  auto entries = walk(from, to, head, false);
  if (entries.has_error()) return entries.error();
  if (entries->in_range != found_) {
    entries = walk(from, to, head, true);
    if (entries.has_error()) return entries.error();
  }
  return std::move(entries->fault);
}

// `follow`: each entry to its event.
Result<IndexCheck::Entries> IndexCheck::walk(Position from, Position to, Position head,
                                             bool follow) const {
  const std::string index = std::string("the index of ") + name();
  rocksdb::ReadOptions options;
  options.readahead_size = limits::kMiB;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(db_.NewIterator(options, index_));
  Entries entries;
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    const std::string_view key = view(it->key());
    if (it->value().size() != value_size()) {
      entries.found(Position(), index + " has an entry of " + std::to_string(it->value().size()) +
                                    " bytes for " + named(kind_, key));
      continue;
    }
    const Position position(from_big_endian(view(it->value()).substr(0, 8)));
    if (position == Position() || position > head) {
      entries.found(position, index + " says that " + named(kind_, key) + " is event " +
                                  number(position) + ", which is not there: the log ends at " +
                                  number(head));
      continue;
    }
    if (position < from || position > to) continue;
    ++entries.in_range;
    if (!follow) continue;
    const auto right = names_its_event(key, position);
    if (right.has_error()) return right.error();
    if (!*right) {
      entries.found(position, index + " says that " + named(kind_, key) + " is event " +
                                  number(position) + ", which is another one");
    }
  }
  if (it->status().IsCorruption()) {
    entries.found(Position(), index + " is unreadable: " + it->status().ToString());
  } else if (!it->status().ok()) {
    return rocks_error(it->status(), "reading " + index + " of", db_.GetName());
  }
  return entries;
}

Result<bool> IndexCheck::names_its_event(std::string_view key, Position position) const {
  std::string frame, own_key;
  const auto status = db_.Get({}, events_, slice(view(big_endian(position.value))), &frame);
  if (!status.ok()) {
    return rocks_error(status, "reading event " + number(position) + " of", db_.GetName());
  }
  key_of(kind_, decode_frame(frame).body, own_key);
  return own_key == key;
}

}  // namespace syncline
