#include "connectors/auth/authenticator.h"

#include <algorithm>
#include <optional>

#include <openssl/crypto.h>

#include "connectors/auth/token_cache.h"
#include "connectors/json/document.h"
#include "engine/limits.h"
#include "engine/sha256.h"

namespace syncline {
namespace {

using Refusal = Authenticator::Refusal;
using Admission = std::variant<Principal, Refusal>;

// Where a credential was found. An API key may come by either way, a token only as Bearer.
enum class Source { bearer, api_key_header };

struct Credential {
  Source source;
  std::string_view text;
};

Refusal unknown(std::string message) { return Refusal{401, std::move(message)}; }

bool is_bearer(std::string_view scheme) {
  constexpr std::string_view kBearer = "bearer";
  return std::equal(scheme.begin(), scheme.end(), kBearer.begin(), kBearer.end(),
                    [](char a, char b) { return (a | 0x20) == b; });
}

// What stands behind the scheme; nullopt when that is not Bearer.
std::optional<std::string_view> bearer(std::string_view header) {
  const std::size_t space = header.find(' ');
  if (!is_bearer(header.substr(0, space))) return std::nullopt;
  const std::size_t start = header.find_first_not_of(' ', space);
  return start == header.npos ? std::string_view() : header.substr(start);
}

// None, one, or a refusal: two that differ cannot both be who is asking.
std::variant<std::optional<Credential>, Refusal> find_credential(const Request& request) {
  std::optional<Credential> found;
  for (const auto& [name, value] : request.headers) {
    std::optional<Credential> next;
    if (name == "authorization") {
      const auto text = bearer(value);
      if (!text) return unknown("the Authorization header must be `Bearer` and a token or API key");
      next = Credential{Source::bearer, *text};
    } else if (name == "x-api-key" && !value.empty()) {
      next = Credential{Source::api_key_header, value};
    } else {
      continue;
    }
    if (found && found->text != next->text)
      return unknown("the request carries two credentials that differ; send one");
    if (!found) found = next;
  }
  return found;
}

// Kept per thread: it owns buffers that are worth keeping.
JsonDocument& thread_json() {
  thread_local JsonDocument json;
  return json;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "" when `principal` may, else what it lacks.
std::string lacking(const Principal& principal, const Access& access) {
  switch (access.rule) {
    case Access::Rule::open:
      return "";
    case Access::Rule::user:
      return principal.kind == Principal::Kind::user ? "" : "this needs a user's token";
    case Access::Rule::admin:
      return principal.has_scope("admin") ? "" : "this needs the role or scope `admin`";
    case Access::Rule::user_or_scope:
      if (principal.kind == Principal::Kind::user && principal.scopes.empty()) return "";
      [[fallthrough]];
    case Access::Rule::scope:
      return principal.has_scope(std::string(access.scope))
                 ? ""
                 : "this needs the scope `" + std::string(access.scope) + "`";
  }
  return "this route lets nobody in";
}

}  // namespace

struct Authenticator::State {
  struct Key {
    Hash hash;
    Principal principal;
  };

  State(AuthOptions given, Clock& the_clock)
      : options(std::move(given)), clock(the_clock), cache(limits::kCachedTokens) {
    for (const ApiKey& key : options.api_keys) {
      Principal principal;
      principal.kind = Principal::Kind::api_key;
      principal.id = principal.name = key.name;
      principal.tenant = key.tenant;
      principal.scopes = key.scopes;
      keys.push_back({sha256(key.key), std::move(principal)});
    }
    options.api_keys.clear();
  }

  // Walks all keys, whichever fits, and compares digests: time tells neither how much of a key was
  // right nor which one it was.
  const Principal* find_key(const Hash& hash) const {
    const Principal* found = nullptr;
    for (const Key& key : keys)
      if (CRYPTO_memcmp(key.hash.data(), hash.data(), hash.size()) == 0) found = &key.principal;
    return found;
  }

  Admission identify(const Credential& credential) {
    if (credential.text.size() > limits::kTokenBytes)
      return unknown("the credential is larger than 8 KiB");
    const Time now = clock.now();
    // A kept text is a token's, so it is no key: the keys need not be asked first.
    if (credential.source == Source::bearer)
      if (const auto kept = cache.find(credential.text, now)) return kept->principal;
    if (const Principal* principal = find_key(sha256(credential.text))) return *principal;
    if (credential.source == Source::api_key_header) return unknown("the API key is not known");

    auto token = verify_token(credential.text, options, now, thread_json());
    if (!token) return unknown(token.error().message);
    auto verified = std::make_shared<const VerifiedToken>(std::move(*token));
    cache.keep(credential.text, verified);
    return verified->principal;
  }

  // Whoever the request says it is; anonymous (in dev: dev) without a credential.
  Admission who(const Request& request) {
    auto found = find_credential(request);
    if (auto* refusal = std::get_if<Refusal>(&found)) return std::move(*refusal);
    if (const auto& credential = std::get<std::optional<Credential>>(found))
      return identify(*credential);
    Principal nobody;
    if (options.dev) nobody.kind = Principal::Kind::dev;
    return nobody;
  }

  AuthOptions options;  // constant after construction; its keys moved into `keys`
  Clock& clock;
  std::vector<Key> keys;
  TokenCache cache;
};

Authenticator::Authenticator(AuthOptions options, Clock& clock)
    : state_(std::make_unique<State>(std::move(options), clock)) {}

Authenticator::~Authenticator() = default;

std::variant<Principal, Refusal> Authenticator::admit(const Request& request,
                                                      const Access& access) {
  const AuthOptions& options = state_->options;
  const bool open_to_all = access.rule == Access::Rule::open ||
                           (!access.scope.empty() && contains(options.open_scopes, access.scope));
  Admission who = state_->who(request);
  if (const auto* refusal = std::get_if<Refusal>(&who)) {
    if (open_to_all) return Principal{};
    return *refusal;
  }
  if (open_to_all || (options.dev && access.open_in_dev)) return who;

  const Principal& principal = std::get<Principal>(who);
  const bool nameless =
      principal.kind == Principal::Kind::anonymous || principal.kind == Principal::Kind::dev;
  if (nameless) return unknown("authentication required: send a Bearer token or an API key");
  if (std::string lack = lacking(principal, access); !lack.empty()) return Refusal{403, lack};
  return who;
}

}  // namespace syncline
