// The query of `GET /api/admin/sessions`: which sessions, how many, and from where. Pure.
#pragma once

#include <string>
#include <variant>

#include "connectors/http/message.h"
#include "projections/sessions/sessions_view.h"

namespace syncline {

struct SessionListQuery {
  SessionFilter filter;  // its text points into the request
  std::size_t limit;     // 1 to limits::kPageEvents
  std::string after;     // a place of list_sessions(); "": the beginning
};

// Which parameter is wrong, and how.
struct QueryFault {
  std::string_view parameter;
  std::string detail;
  bool foreign = false;  // it is well made, and not of this list
};
std::variant<SessionListQuery, QueryFault> read_list_query(const Request& request);

// A place of list_sessions() as the caller gets it: base64url of it and its checksum, so that a
// cursor that was cut or made up is refused instead of starting somewhere.
std::string make_cursor(std::string_view place);

}  // namespace syncline
