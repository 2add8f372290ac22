#include "engine/log/wal.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <rocksdb/db.h>

#include "engine/log/record.h"
#include "engine/log/rocks.h"

namespace syncline {
namespace {

constexpr std::size_t kBlock = 32 * 1024;
constexpr std::size_t kHeader = 7;
constexpr std::size_t kSizeAt = 4, kTypeAt = 6;
enum PieceType : std::uint8_t { kWhole = 1, kFirst, kMiddle, kLast };

constexpr const char* kCut = "ends within a record";
constexpr const char* kAltered = "has a record that is not what was written";

template <class T>
T number(std::string_view bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

// RocksDB masks checksums, as LevelDB does: they may stand within data that has one.
std::uint32_t masked(std::uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8u; }

// Hands out one record after the other, and ends with the first that is not whole.
class Records {
 public:
  explicit Records(rocksdb::SequentialFile& file) : file_(file) {}

  // The record's first bytes (sequence and count) in `start`. False: the end, or a fault.
  bool next(std::string& start) {
    start.clear();
    bool within = false;
    while (true) {
      std::uint8_t type = 0;
      std::string_view data;
      if (!next_piece(type, data)) {
        if (within && fault == nullptr) fault = kCut;
        return false;
      }
      const bool begins = type == kWhole || type == kFirst;
      if (type == 0 || type > kLast || begins == within) {
        fault = kAltered;
        return false;
      }
      if (start.size() < kStart) start.append(data.substr(0, kStart - start.size()));
      within = true;
      if (type == kWhole || type == kLast) break;
    }
    if (start.size() < kStart) {
      fault = kAltered;
      return false;
    }
    end = consumed_ + at_;
    return true;
  }

  // Behind a fault: does another record begin that is what was written?
  bool another_begins() {
    while (true) {
      std::uint8_t type = 0;
      std::string_view data;
      if (next_piece(type, data)) {
        if (type == kWhole || type == kFirst) return true;
      } else if (!skip_piece() && !next_block()) {
        return false;
      }
    }
  }

  static constexpr std::size_t kStart = 12;  // sequence and count
  std::uint64_t end = 0;                     // of the last whole record, in the file
  std::uint64_t written = 0;                 // behind the last byte read that is not zero
  const char* fault = nullptr;
  rocksdb::Status status;

 private:
  bool next_piece(std::uint8_t& type, std::string_view& data) {
    while (block_.size() - at_ < kHeader) {
      const bool rest = block_.size() > at_ && block_.size() < kBlock;
      if (rest) fault = kCut;
      if (rest || !next_block()) return false;
    }
    const std::string_view piece = block_.substr(at_);
    const std::size_t size = number<std::uint16_t>(piece.substr(kSizeAt));
    if (kHeader + size > piece.size()) {
      fault = block_.size() < kBlock ? kCut : kAltered;
      return false;
    }
    type = static_cast<std::uint8_t>(piece[kTypeAt]);
    data = piece.substr(kHeader, size);
    if (number<std::uint32_t>(piece) != masked(crc32c(piece.substr(kTypeAt, 1 + size)))) {
      fault = kAltered;
      return false;
    }
    at_ += kHeader + size;
    return true;
  }

  // Over one with a fault, when its size may be right. False: the rest of the block is lost.
  bool skip_piece() {
    if (block_.size() - at_ < kHeader) return false;
    const std::size_t size = kHeader + number<std::uint16_t>(block_.substr(at_ + kSizeAt));
    if (size > block_.size() - at_) return false;
    at_ += size;
    return true;
  }

  bool next_block() {
    consumed_ += block_.size();
    at_ = 0;
    rocksdb::Slice read;
    status = file_.Read(kBlock, &read, memory_.data());
    block_ = status.ok() ? view(read) : std::string_view();
    const std::size_t last = block_.find_last_not_of('\0');
    if (last != block_.npos) written = consumed_ + last + 1;
    return !block_.empty();
  }

  rocksdb::SequentialFile& file_;
  std::vector<char> memory_ = std::vector<char>(kBlock);
  std::string_view block_;
  std::size_t at_ = 0;
  std::uint64_t consumed_ = 0;  // before this block
};

// Of "000012.log"; 0: it is no such file.
std::uint64_t file_number(const std::string& name) {
  if (!name.ends_with(".log")) return 0;
  std::uint64_t parsed = 0;
  const char* end = name.data() + name.size() - 4;
  const auto [stopped, error] = std::from_chars(name.data(), end, parsed);
  return error == std::errc() && stopped == end ? parsed : 0;
}

}  // namespace

WalTaken taken_from_wals(rocksdb::DB& db) {
  WalTaken taken;
  db.GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &taken.first_file);
  taken.last_sequence = db.GetLatestSequenceNumber();
  return taken;
}

Result<Wal::File> Wal::read(const std::string& path, std::uint64_t number, rocksdb::Env* env) {
  File seen;
  seen.number = number;
  seen.path = path;
  std::unique_ptr<rocksdb::SequentialFile> file;
  const rocksdb::Status status = env->NewSequentialFile(path, &file, rocksdb::EnvOptions());
  if (!status.ok()) return rocks_error(status, "opening", path);
  Records records(*file);
  for (std::string start; records.next(start); ++seen.records) {
    const auto sequence = syncline::number<std::uint64_t>(start);
    if (seen.records == 0) {
      seen.first_sequence = sequence;
    } else if (sequence != seen.last_sequence + 1) {
      seen.fault = "misses a record";
      seen.goes_on = true;
      return seen;
    }
    seen.last_sequence = sequence + syncline::number<std::uint32_t>(start.substr(8)) - 1;
    seen.whole_bytes = records.end;
  }
  if (!records.status.ok()) return rocks_error(records.status, "reading", path);
  if (records.fault == nullptr) return seen;
  seen.goes_on = records.another_begins();
  seen.written = records.written;
  if (seen.written > seen.whole_bytes) seen.fault = records.fault;  // or it is room (wal_room.h)
  return seen;
}

Result<Wal> Wal::look(const std::string& path, rocksdb::Env* env) {
  Wal wal;
  std::vector<std::string> names;
  or_default(env)->GetChildren(path, &names);  // none: there is no such folder yet
  for (const std::string& name : names) {
    const std::uint64_t number = file_number(name);
    if (number == 0) continue;
    auto file = read(path + "/" + name, number, or_default(env));
    if (!file) return file.error();
    wal.files_.push_back(std::move(*file));
  }
  std::sort(wal.files_.begin(), wal.files_.end(),
            [](const File& a, const File& b) { return a.number < b.number; });
  return wal;
}

const Wal::File* Wal::next_with_records(std::size_t behind) const {
  for (std::size_t i = behind + 1; i < files_.size(); ++i) {
    if (files_[i].records > 0) return &files_[i];
  }
  return nullptr;
}

// Are records missing between this file and the next one that has any?
bool Wal::gap_behind(std::size_t file) const {
  const File* next = next_with_records(file);
  return next != nullptr && files_[file].records > 0 &&
         next->first_sequence != files_[file].last_sequence + 1;
}

std::optional<std::size_t> Wal::first_fault(std::uint64_t first_file) const {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    if (files_[i].number < first_file) continue;
    if (files_[i].fault != nullptr || gap_behind(i)) return i;
  }
  return std::nullopt;
}

bool Wal::whole() const { return !first_fault(0); }

std::uint64_t Wal::records() const {
  std::uint64_t sum = 0;
  for (const File& file : files_) sum += file.records;
  return sum;
}

std::string Wal::fault(const WalTaken& taken) const {
  const auto at = first_fault(taken.first_file);
  if (!at) return "";
  const File& file = files_[*at];
  if (file.fault == nullptr) {
    return "records are missing between " + file.path + " and " + next_with_records(*at)->path;
  }
  return file.path + " " + file.fault + " at byte " + std::to_string(file.whole_bytes);
}

bool Wal::goes_on_behind(const WalTaken& taken) const {
  const auto at = first_fault(taken.first_file);
  if (!at) return false;
  const File& file = files_[*at];
  const bool flushed = file.records > 0 && taken.last_sequence > file.last_sequence;
  return file.goes_on || flushed || next_with_records(*at) != nullptr;
}

bool Wal::taken_up_to_it(const WalTaken& taken) const {
  const auto at = first_fault(taken.first_file);
  const File* next = at ? next_with_records(*at) : nullptr;
  return next == nullptr || taken.last_sequence < next->first_sequence;
}

std::uint64_t Wal::bytes_behind(const WalTaken& taken) const {
  const auto at = first_fault(taken.first_file);
  if (!at) return 0;
  const File& file = files_[*at];
  return file.written > file.whole_bytes ? file.written - file.whole_bytes : 0;
}

}  // namespace syncline
