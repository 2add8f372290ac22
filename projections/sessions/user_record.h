// What the sessions projection keeps of one user: the last login, and the session of the latest
// activity. The shape on disk stands in user_record.cc alone.
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "projections/write_rank.h"

namespace syncline {

struct UserRecord {
  Time last_login;   // the latest start of a session: as claimed, but not after its first receipt
  WriteRank latest;  // of all the user's syncs; its merge stamp is the last activity
  std::string_view session_id;  // the session it belongs to
};

std::string encode_user(const UserRecord& user);
UserRecord decode_user(std::string_view value);  // texts point into `value`

}  // namespace syncline
