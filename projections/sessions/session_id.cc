#include "projections/sessions/session_id.h"

#include "engine/sha256.h"

namespace syncline {

std::string make_session_id(std::string_view user_id, std::string_view session_id, Time since) {
  std::string named(user_id);
  named += '\0';
  named += session_id;
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(since).time_since_epoch().count();
  return "centcom-sync-" + std::to_string(ms) + "-" + hex(sha256(named)).substr(0, 8);
}

}  // namespace syncline
