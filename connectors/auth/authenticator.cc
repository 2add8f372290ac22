#include "connectors/auth/authenticator.h"

#include <algorithm>
#include <mutex>
#include <optional>

#include <openssl/crypto.h>

#include "connectors/auth/jwe.h"
#include "connectors/auth/jws.h"
#include "connectors/auth/session_cookie.h"
#include "connectors/auth/token.h"
#include "connectors/auth/token_cache.h"
#include "connectors/json/document.h"
#include "connectors/rate/address_group.h"
#include "connectors/rate/rate_limit.h"
#include "engine/limits.h"
#include "engine/sha256.h"

namespace syncline {
namespace {

using Refusal = Authenticator::Refusal;

// Why a credential says nothing of who is asking.
struct Bad {
  std::string why;
  bool by_cookie = false;
  // Nobody has given it out; unset: it is one that holds no more, or not here.
  std::optional<WrongCredential> guessed = {};
};
using Admission = std::variant<Principal, Bad>;

// Where a credential was found. An API key may come by either header, a token only as Bearer.
enum class Source { bearer, api_key_header, cookie };

struct Credential {
  Source source;
  std::string_view text;
};

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
std::variant<std::optional<Credential>, Bad> find_in_headers(const Request& request) {
  std::optional<Credential> found;
  for (const auto& [name, value] : request.headers) {
    std::optional<Credential> next;
    if (name == "authorization") {
      const auto text = bearer(value);
      if (!text) return Bad{"the Authorization header must be `Bearer` and a token or API key"};
      next = Credential{Source::bearer, *text};
    } else if (name == "x-api-key" && !value.empty()) {
      next = Credential{Source::api_key_header, value};
    } else {
      continue;
    }
    if (found && found->text != next->text)
      return Bad{"the request carries two credentials that differ; send one"};
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

// What tokens are verified with, and those that were: they go together.
struct Trust {
  explicit Trust(KeyRing ring) : keys(std::move(ring)) {}

  const KeyRing keys;
  TokenCache bearers{limits::kCachedTokens};
  TokenCache cookies{limits::kCachedTokens};  // apart: what a cookie may hold is no Bearer token
};

}  // namespace

struct Authenticator::State {
  struct Key {
    Hash hash;
    Principal principal;
  };

  State(AuthOptions given, KeyRing ring, Clock& the_clock)
      : options(std::move(given)),
        encrypted_claims(options.claims),
        clock(the_clock),
        current(std::make_shared<Trust>(std::move(ring))) {
    for (const ApiKey& key : options.api_keys) {
      Principal principal;
      principal.kind = Principal::Kind::api_key;
      principal.id = principal.name = key.name;
      principal.tenant = key.tenant;
      principal.scopes = key.scopes;
      keys.push_back({sha256(key.key), std::move(principal)});
    }
    options.api_keys.clear();
    if (!options.nextauth_secret.empty()) cookie_key = nextauth_key(options.nextauth_secret);
    encrypted_claims.issuer = encrypted_claims.audience = "";
  }

  std::shared_ptr<Trust> trust() {
    const std::lock_guard lock(mutex);
    return current;
  }

  // Walks all keys, whichever fits, and compares digests: time tells neither how much of a key was
  // right nor which one it was.
  const Principal* find_key(const Hash& hash) const {
    const Principal* found = nullptr;
    for (const Key& key : keys)
      if (CRYPTO_memcmp(key.hash.data(), hash.data(), hash.size()) == 0) found = &key.principal;
    return found;
  }

  // What is in a token that was signed or encrypted by whom we trust.
  Result<std::string> open(const Credential& credential, const KeyRing& ring, bool encrypted) {
    if (!encrypted) return signed_payload(credential.text, ring, thread_json());
    if (cookie_key) return decrypted_payload(credential.text, *cookie_key, thread_json());
    return Error{ErrorCode::invalid,
                 "this server cannot read encrypted cookies: it has no auth.nextauth_secret"};
  }

  Admission identify(const Credential& credential) {
    const bool cookie = credential.source == Source::cookie;
    if (credential.text.size() > limits::kTokenBytes)
      return Bad{"the credential is larger than 8 KiB", cookie, WrongCredential::oversized};
    const Time now = clock.now();
    const auto trusted = trust();
    TokenCache& cache = cookie ? trusted->cookies : trusted->bearers;
    // A kept text is a token's, so it is no key: the keys need not be asked first.
    if (credential.source != Source::api_key_header)
      if (const auto kept = cache.find(credential.text, now)) return kept->principal;
    if (!cookie) {
      if (const Principal* principal = find_key(sha256(credential.text))) return *principal;
      if (credential.source == Source::api_key_header)
        return Bad{"the API key is not known", cookie, WrongCredential::unknown_key};
    }
    const bool encrypted = cookie && std::ranges::count(credential.text, '.') == 4;
    const auto payload = open(credential, trusted->keys, encrypted);
    if (!payload) return Bad{payload.error().message, cookie, WrongCredential::bad_token};
    auto token =
        read_claims(*payload, encrypted ? encrypted_claims : options.claims, now, thread_json());
    if (!token) return Bad{token.error().message, cookie};
    token->principal.by_cookie = cookie;
    auto verified = std::make_shared<const VerifiedToken>(std::move(*token));
    cache.keep(credential.text, verified);
    return verified->principal;
  }

  // Whoever the request says it is; anonymous (in dev: dev) without a credential.
  Admission who(const Request& request) {
    auto found = find_in_headers(request);
    if (auto* bad = std::get_if<Bad>(&found)) return std::move(*bad);
    if (const auto& credential = std::get<std::optional<Credential>>(found))
      return identify(*credential);
    const auto cookie = session_cookie(request, options.cookies);
    if (!cookie) return Bad{cookie.error().message, true};
    if (*cookie) return identify({Source::cookie, **cookie});
    return nobody();
  }

  Principal nobody() const {
    Principal nobody;
    if (options.dev) nobody.kind = Principal::Kind::dev;
    return nobody;
  }

  // Only failures are counted, and whoever has a good credential is let in whatever others at the
  // same address (an office, a proxy) do: credentials are too long to be guessed, and what is
  // bounded here is what guessing costs us and fills logs with. Under --dev the address is this
  // machine, and who guesses is a developer with an old token, to whom 401 says more than 429.
  Refusal turned_away(const Request& request, const Bad& bad) {
    if (!bad.guessed || options.dev) return {401, bad.why, {}};
    const Time now = clock.now();
    const std::string address = address_group(request.peer);
    const auto wait = failures.take(address, now);
    if (!wait) return {401, bad.why, {}};
    untold.count(address, *bad.guessed, now);
    return {429, "too many credentials from this address were wrong; the last: " + bad.why, wait};
  }

  AuthOptions options;  // constant after construction; its keys moved into `keys`
  // An encrypted token comes from whoever has the secret, and names neither issuer nor audience.
  ClaimRules encrypted_claims;
  Clock& clock;
  std::vector<Key> keys;
  RateLimit failures{{limits::kFailedLoginsPerMinute, std::chrono::minutes(1)}};
  RefusedLogins untold;
  std::optional<ContentKey> cookie_key;
  std::mutex mutex;
  std::shared_ptr<Trust> current;  // guarded by mutex
};

Authenticator::Authenticator(AuthOptions options, KeyRing keys, Clock& clock)
    : state_(std::make_unique<State>(std::move(options), std::move(keys), clock)) {}

Authenticator::~Authenticator() = default;

void Authenticator::use(KeyRing keys) {
  auto fresh = std::make_shared<Trust>(std::move(keys));
  const std::lock_guard lock(state_->mutex);
  state_->current = std::move(fresh);
}

std::vector<RefusedLogin> Authenticator::refused_logins() {
  return state_->untold.due(state_->clock.now());
}

std::variant<Principal, Refusal> Authenticator::admit(const Request& request,
                                                      const Access& access) {
  const AuthOptions& options = state_->options;
  const bool open_to_all = access.rule == Access::Rule::open ||
                           (!access.scope.empty() && contains(options.open_scopes, access.scope));
  const bool open_in_dev = options.dev && access.open_in_dev;
  Admission who = state_->who(request);
  if (const auto* bad = std::get_if<Bad>(&who)) {
    if (open_to_all) return Principal{};
    if (open_in_dev && bad->by_cookie) return state_->nobody();
    return state_->turned_away(request, *bad);
  }
  Principal& principal = std::get<Principal>(who);
  if (open_to_all || open_in_dev) return std::move(principal);

  const bool nameless =
      principal.kind == Principal::Kind::anonymous || principal.kind == Principal::Kind::dev;
  if (nameless)
    return Refusal{401, "authentication required: send a Bearer token or an API key", {}, true};
  if (std::string lack = lacking(principal, access); !lack.empty()) return Refusal{403, lack, {}};
  return std::move(principal);
}

}  // namespace syncline
