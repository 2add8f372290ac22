#include "projections/sessions/session_keys.h"

#include "projections/big_endian.h"

namespace syncline::session_keys {
namespace {

constexpr char kEnd = '\x01';
constexpr char kZero = '\xff';

void append_text(std::string& out, std::string_view text) {
  for (const char c : text) {
    out += c;
    if (c == '\0') out += kZero;
  }
  out += '\0';
  out += kEnd;
}

// Where the text that begins at `from` ends; npos: it does not.
std::size_t end_of_text(std::string_view bytes, std::size_t from) {
  for (std::size_t i = from; i + 1 < bytes.size(); ++i) {
    if (bytes[i] != '\0') continue;
    if (bytes[i + 1] == kEnd) return i + 2;
    if (bytes[i + 1] != kZero) return std::string_view::npos;
    ++i;
  }
  return std::string_view::npos;
}

std::string with_kind(std::string_view kind, std::string_view rest) {
  std::string key(kind);
  key += rest;
  return key;
}

}  // namespace

std::string user_path(std::string_view user_id) {
  std::string out;
  append_text(out, user_id);
  return out;
}

std::string path(std::string_view user_id, std::string_view session_id) {
  std::string out;
  out.reserve(user_id.size() + session_id.size() + 4);
  append_text(out, user_id);
  append_text(out, session_id);
  return out;
}

bool is_path(std::string_view text) {
  const std::size_t user_end = end_of_text(text, 0);
  return user_end != std::string_view::npos && end_of_text(text, user_end) == text.size();
}

std::string session(std::string_view path) { return with_kind(kSessions, path); }

std::string user(std::string_view user_id) { return with_kind("u", user_path(user_id)); }

std::string phase_prefix(SessionPhase phase) { return {'i', static_cast<char>(phase)}; }

std::string by_phase(SessionPhase phase, std::string_view path) {
  return with_kind(phase_prefix(phase), path);
}

std::string by_deadline(Time deadline, std::string_view path) {
  return deadlines_from(deadline).append(path);
}

std::string deadlines_from(Time deadline) {
  std::string key(kDeadlines);
  append_ordered_time(key, deadline);
  return key;
}

std::string added(Position position) {
  std::string key(kAdded);
  append_big_endian(key, position.value / kAddedPage);
  return key;
}

std::string count(SessionPhase phase) { return {'n', static_cast<char>(phase)}; }

std::string_view path_of_session(std::string_view key) { return key.substr(1); }
std::string_view path_of_phase(std::string_view key) { return key.substr(2); }
std::string_view path_of_deadline(std::string_view key) { return key.substr(9); }
Time time_of_deadline(std::string_view key) { return read_ordered_time(key.substr(1, 8)); }

}  // namespace syncline::session_keys
