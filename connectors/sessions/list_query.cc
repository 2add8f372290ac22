#include "connectors/sessions/list_query.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "connectors/auth/base64.h"
#include "engine/limits.h"
#include "engine/log/record.h"

namespace syncline {
namespace {

constexpr std::size_t kChecksumBytes = 4;

std::string checksum(std::string_view place) {
  std::string out;
  const std::uint32_t crc = crc32c(place);
  for (std::size_t i = 0; i < kChecksumBytes; ++i) out += static_cast<char>(crc >> (8 * i));
  return out;
}

// The checksum and the shortest place, in base64url; as the API's document has it.
constexpr std::size_t kShortestCursor = 14;

bool is_cursor_text(std::string_view text) {
  return text.size() >= kShortestCursor && std::all_of(text.begin(), text.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
         });
}

std::optional<std::string> read_cursor(std::string_view cursor) {
  const auto bytes = from_base64url(cursor);
  if (!bytes || bytes->size() < kChecksumBytes) return std::nullopt;
  const std::string place = bytes->substr(kChecksumBytes);
  if (checksum(place) != bytes->substr(0, kChecksumBytes)) return std::nullopt;
  if (!is_list_place(place)) return std::nullopt;
  return place;
}

}  // namespace

std::string make_cursor(std::string_view place) {
  return base64url(checksum(place) + std::string(place));
}

std::variant<SessionListQuery, QueryFault> read_list_query(const Request& request) {
  SessionListQuery query{.filter = {}, .limit = limits::kPageEventsDefault, .after = {}};
  if (const auto status = request.query_value("status"); status) {
    query.filter.phase = session_phase(*status);
    if (!query.filter.phase) {
      return QueryFault{"status", "status must be active, idle, terminated or expired"};
    }
  }
  if (const auto user = request.query_value("user_id"); user) {
    if (user->empty()) return QueryFault{"user_id", "user_id must not be empty"};
    query.filter.user_id = *user;
  }
  if (const auto limit = request.query_value("limit")) {
    const char* const end = limit->data() + limit->size();
    const auto [stop, error] = std::from_chars(limit->data(), end, query.limit);
    const bool in_range = query.limit >= 1 && query.limit <= limits::kPageEvents;
    if (error != std::errc() || stop != end || !in_range) {
      return QueryFault{
          "limit", "limit must be a whole number from 1 to " + std::to_string(limits::kPageEvents)};
    }
  }
  if (const auto cursor = request.query_value("cursor"); cursor) {
    const auto place = read_cursor(*cursor);
    if (!place) {
      return QueryFault{"cursor", "cursor must be the next_cursor of an earlier answer",
                        is_cursor_text(*cursor)};
    }
    query.after = *place;
  }
  return query;
}

}  // namespace syncline
