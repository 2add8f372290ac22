#include "projections/sessions/session_keys.h"

#include "projections/key_text.h"

namespace syncline::session_keys {
namespace {

std::string with_kind(std::string_view kind, std::string_view rest) {
  std::string key(kind);
  key += rest;
  return key;
}

}  // namespace

std::string user_path(std::string_view user_id) {
  std::string out;
  append_key_text(out, user_id);
  return out;
}

std::string path(std::string_view user_id, std::string_view session_id) {
  std::string out;
  out.reserve(user_id.size() + session_id.size() + 4);
  append_key_text(out, user_id);
  append_key_text(out, session_id);
  return out;
}

bool is_path(std::string_view text) {
  const std::size_t user_end = end_of_key_text(text, 0);
  return user_end != std::string_view::npos && end_of_key_text(text, user_end) == text.size();
}

std::string session(std::string_view path) { return with_kind(kSessions, path); }

std::string user(std::string_view user_id) { return with_kind("u", user_path(user_id)); }

std::string phase_prefix(SessionPhase phase) { return {'i', static_cast<char>(phase)}; }

std::string by_phase(SessionPhase phase, std::string_view path) {
  return with_kind(phase_prefix(phase), path);
}

std::string count(SessionPhase phase) { return {'n', static_cast<char>(phase)}; }

std::string_view path_of_session(std::string_view key) { return key.substr(1); }
std::string_view path_of_phase(std::string_view key) { return key.substr(2); }

}  // namespace syncline::session_keys
