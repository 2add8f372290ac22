#include "projections/sessions/user_record.h"

#include "projections/packed.h"

namespace syncline {
namespace {

// u8 format, time last login, rank, text session id.
constexpr std::uint8_t kFormat = 1;

}  // namespace

std::string encode_user(const UserRecord& user) {
  std::string out;
  Packer pack(out);
  pack.u8(kFormat);
  pack.time(user.last_login);
  pack.rank(user.latest);
  pack.text(user.session_id);
  return out;
}

UserRecord decode_user(std::string_view value) {
  Unpacker in(value);
  SYNCLINE_CHECK(in.u8() == kFormat);
  UserRecord user;
  user.last_login = in.time();
  user.latest = in.rank();
  user.session_id = in.text();
  return user;
}

}  // namespace syncline
