// What a route asks of its caller. The table of route × rule is connectors/auth/access_table.cc:
// one file says who may do what, and the router refuses to mount a route without a row in it.
#pragma once

#include <span>
#include <string_view>

#include "connectors/http/message.h"

namespace syncline {

struct Access {
  enum class Rule {
    open,           // anybody
    user,           // a valid token
    admin,          // role admin, or an API key or token with scope `admin`
    scope,          // a token or API key with `scope`; role admin has all
    user_or_scope,  // the same, or a user's token that names no scopes at all
  };
  Rule rule = Rule::admin;
  std::string_view scope = {};
  bool open_in_dev = false;  // no login needed under `serve --dev`
};

struct AccessRow {
  Method method;
  std::string_view pattern;  // as mounted: "/v1/events/{position}"
  Access access;
};

std::span<const AccessRow> access_table();
// nullptr: the route has no row.
const AccessRow* find_access(Method method, std::string_view pattern);

}  // namespace syncline
