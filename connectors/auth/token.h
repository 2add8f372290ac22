// JSON Web Tokens, signed with HS256 (RFC 7519, 7515, and the advice of RFC 8725): the
// configuration fixes the algorithm, the token only has to name the same one. Pure: time is handed
// in.
//
// Read strictly: three base64url parts without padding, at most limits::kTokenBytes; a header with
// `alg` HS256, no `crit`, `typ` JWT or at+jwt when it is there; no member twice. `exp` must be
// there; an expired token is refused at
// once, `nbf` and `iat` have limits::kTokenLeeway. `sub` (or user_claim) is a text or a
// whole number.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "connectors/auth/options.h"
#include "connectors/auth/principal.h"
#include "engine/error.h"
#include "schemas/types.h"

namespace syncline {

class JsonDocument;

struct VerifiedToken {
  Principal principal;
  Time usable_from;   // the leeway is in it
  Time usable_until;  // exclusive

  bool usable(Time now) const { return usable_from <= now && now < usable_until; }
};

// `invalid`, with what is wrong, for the person whose token it is. `json` is used for a moment.
Result<VerifiedToken> verify_token(std::string_view token, const AuthOptions& options, Time now,
                                   JsonDocument& json);

// A token that verify_token takes under the same options. Whole seconds.
Result<std::string> make_token(const AuthOptions& options, const std::string& subject,
                               const std::vector<std::string>& roles, std::chrono::seconds ttl,
                               Time now);

}  // namespace syncline
