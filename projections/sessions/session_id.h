// Our own id of a session: "centcom-sync-<ms>-<8 hex>". Fixed by the session's first event, and
// never changed. Pure.
#pragma once

#include <string>
#include <string_view>

#include "schemas/types.h"

namespace syncline {

// `since`: the session's created_at as its first event claims it, else that event's received_time.
// The digits are the first of SHA-256(user id ‖ 0x00 ‖ external id).
std::string make_session_id(std::string_view user_id, std::string_view session_id, Time since);

}  // namespace syncline
