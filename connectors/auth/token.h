// The claims of a token (RFC 7519), behind its signature (jws.h) or its encryption (jwe.h), and
// tokens that this server makes itself. Pure: time is handed in.
//
// Read strictly: a JSON object, no member twice. `exp` must be there; an expired token is refused
// at once, `nbf` and `iat` have ClaimRules::leeway. `sub` (or ClaimRules::user) is a text or a
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
Result<VerifiedToken> read_claims(std::string_view payload, const ClaimRules& rules, Time now,
                                  JsonDocument& json);

// What make_token signs with; nullopt: nothing, there is no secret or no HS… for it.
std::optional<Algorithm> signing_algorithm(const AuthOptions& options);

// A token that is taken under the same options. Whole seconds.
Result<std::string> make_token(const AuthOptions& options, const std::string& subject,
                               const std::vector<std::string>& roles, std::chrono::seconds ttl,
                               Time now);

}  // namespace syncline
