#include "engine/backup/manifest.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

namespace syncline {
namespace {

constexpr std::string_view kTitle = "syncline backup ";
constexpr std::string_view kVersion = "1";
constexpr std::string_view kLogFolder = "log/";
constexpr std::string_view kAckedName = "log.acked";

Error damaged(const std::string& what) { return {ErrorCode::corrupt, "its manifest " + what}; }

// Takes the text line by line, each with the word that it must begin with.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  bool next_is(std::string_view word) const { return rest_.starts_with(word); }

  // What stands behind the word; nullopt: the line is another one.
  std::optional<std::string_view> take(std::string_view word) {
    const auto end = rest_.find('\n');
    if (!next_is(word) || end == std::string_view::npos) return std::nullopt;
    const auto value = rest_.substr(word.size(), end - word.size());
    rest_.remove_prefix(end + 1);
    return value;
  }

  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

template <class T>
bool read_number(std::string_view text, T& into) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), into);
  return fault == std::errc() && end == text.data() + text.size();
}

bool read_hash(std::string_view digits, Hash& into) {
  const auto hash = hash_from_hex(digits);
  if (hash) into = *hash;
  return hash.has_value();
}

bool is_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '-' || c == '_';
  };
  return !text.empty() && text.front() != '.' && std::ranges::all_of(text, allowed);
}

// A manifest must not lead to a file outside the backup.
bool is_path(std::string_view path) {
  if (path == kAckedName) return true;
  return path.starts_with(kLogFolder) && is_name(path.substr(kLogFolder.size()));
}

bool read_file(std::string_view line, BackupFile& into) {
  const auto first = line.find(' ');
  const auto second = line.find(' ', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return false;
  into.path = line.substr(second + 1);
  return read_hash(line.substr(0, first), into.sha256) &&
         read_number(line.substr(first + 1, second - first - 1), into.size) && is_path(into.path);
}

bool before(const BackupFile& one, const BackupFile& other) { return one.path < other.path; }

}  // namespace

std::uint64_t BackupManifest::bytes() const {
  std::uint64_t sum = 0;
  for (const BackupFile& each : files) sum += each.size;
  return sum;
}

const BackupFile* BackupManifest::file(const std::string& path) const {
  const auto found = std::ranges::lower_bound(files, path, {}, &BackupFile::path);
  return found != files.end() && found->path == path ? &*found : nullptr;
}

std::string encode_manifest(const BackupManifest& m) {
  std::string text = std::string(kTitle) + std::string(kVersion) + "\n";
  text += "identity " + m.identity + "\n";
  text += "node " + m.node + "\n";
  text += "position " + std::to_string(m.head.position.value) + "\n";
  text += "hash " + hex(m.head.hash) + "\n";
  text += "time " + std::to_string(m.time.time_since_epoch().count()) + "\n";
  text += "program " + m.program + "\n";
  auto files = m.files;
  std::ranges::sort(files, before);
  for (const BackupFile& each : files) {
    text += "file " + hex(each.sha256) + " " + std::to_string(each.size) + " " + each.path + "\n";
  }
  return text + "end " + hex(sha256(text)) + "\n";
}

Result<BackupManifest> decode_manifest(std::string_view text) {
  Lines lines(text);
  const auto version = lines.take(kTitle);
  if (!version) return damaged("is none");
  if (*version != kVersion) {
    return Error{ErrorCode::newer_format,
                 "its manifest has version " + std::string(version->substr(0, 16)) +
                     ", and this program knows version " + std::string(kVersion) +
                     "; use the newer program that wrote it"};
  }
  Hash sum{};
  const auto end = text.rfind("\nend ");
  if (end == std::string_view::npos || !text.ends_with('\n') ||
      !read_hash(text.substr(end + 5, text.size() - end - 6), sum) ||
      sum != sha256(text.substr(0, end + 1))) {
    return damaged("is cut off or was altered: it does not have the checksum that it ends with");
  }
  BackupManifest m;
  const auto identity = lines.take("identity "), node = lines.take("node ");
  const auto position = lines.take("position "), hash = lines.take("hash ");
  const auto time = lines.take("time "), program = lines.take("program ");
  std::int64_t microseconds = 0;
  if (!identity || !node || !position || !hash || !time || !program ||
      !read_number(*position, m.head.position.value) || !read_hash(*hash, m.head.hash) ||
      !read_number(*time, microseconds)) {
    return damaged("lacks a line");
  }
  m.identity = *identity;
  m.node = *node;
  m.time = Time(Duration(microseconds));
  m.program = *program;
  while (lines.next_is("file ")) {
    if (!read_file(lines.take("file ").value_or(""), m.files.emplace_back())) {
      return damaged("has a line that names no file");
    }
  }
  if (!lines.take("end ") || !lines.at_end() || !std::ranges::is_sorted(m.files, before)) {
    return damaged("has a line that belongs elsewhere");
  }
  return m;
}

std::string backup_id(const BackupManifest& manifest) {
  using std::chrono::days, std::chrono::milliseconds;
  const auto day = std::chrono::floor<days>(manifest.time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<milliseconds>(manifest.time) - day);
  char text[64];
  std::snprintf(
      text, sizeof text, "%04d%02u%02uT%02d%02d%02d.%03dZ-%llu", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()),
      static_cast<unsigned long long>(manifest.head.position.value));
  return text;
}

bool is_backup_id(std::string_view name) {
  return is_name(name) && name.size() <= 64 && name.front() >= '0' && name.front() <= '9';
}

}  // namespace syncline
