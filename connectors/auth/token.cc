#include "connectors/auth/token.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "connectors/auth/base64.h"
#include "connectors/json/document.h"
#include "connectors/json/writer.h"
#include "engine/limits.h"

namespace syncline {
namespace {

using Mac = std::array<unsigned char, 32>;

Error refused(std::string message) { return Error{ErrorCode::invalid, std::move(message)}; }

Mac hmac_sha256(std::string_view key, std::string_view text) {
  Mac mac{};
  unsigned int size = 0;
  const auto* done =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  SYNCLINE_CHECK(done != nullptr && size == mac.size());
  return mac;
}

std::string_view view(const Mac& mac) {
  return {reinterpret_cast<const char*>(mac.data()), mac.size()};
}

struct Parts {
  std::string_view header, payload, signature;
  std::string_view signed_text;  // header and payload with the dot between
};

Result<Parts> split(std::string_view token) {
  if (token.size() > limits::kTokenBytes) return refused("the token is larger than 8 KiB");
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos)
    return refused("neither an API key nor a token of three parts");
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
               token.substr(second + 1), token.substr(0, second)};
}

bool equal_ignoring_case(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y; });
}

// "" when the header is one we take, else what is wrong with it.
std::string header_fault(std::string_view part, JsonDocument& json) {
  const auto bytes = from_base64url(part);
  if (!bytes) return "the token's header is not base64url";
  const auto parsed = json.parse(*bytes);
  if (!parsed) return "the token's header is " + parsed.error().message;
  if (!parsed->is(JsonKind::object)) return "the token's header is not a JSON object";
  const auto algorithm = parsed->find("alg");
  if (!algorithm || algorithm->text() != "HS256")
    return "the token is not signed with HS256, the only algorithm that this server takes";
  if (parsed->find("crit")) return "the token's header asks for an extension (`crit`)";
  if (const auto type = parsed->find("typ")) {
    const auto text = type->text();
    if (!text || (!equal_ignoring_case(*text, "jwt") && !equal_ignoring_case(*text, "at+jwt")))
      return "the token's `typ` is not JWT";
  }
  return "";
}

// Reads claims; the first that is not what it must be is kept as the fault.
class Claims {
 public:
  explicit Claims(JsonValue object) : object_(object) {}

  const std::string& fault() const { return fault_; }
  void fail(std::string what) {
    if (fault_.empty()) fault_ = std::move(what);
  }

  // Absent and null are the same.
  std::optional<JsonValue> find(const std::string& name) const {
    auto value = object_.find(name);
    return value && !value->is(JsonKind::null) ? value : std::nullopt;
  }

  std::string text(const std::string& name) {
    const auto value = find(name);
    if (!value) return "";
    if (const auto text = value->text()) return std::string(*text);
    fail("the token's `" + name + "` is not a text");
    return "";
  }

  std::optional<Time> time(const std::string& name) {
    constexpr double kLatest = 253'402'300'799;  // the end of the year 9999
    const auto value = object_.find(name);
    if (!value) return std::nullopt;
    const auto seconds = value->number();
    if (seconds && *seconds >= 0 && *seconds <= kLatest)
      return Time(Duration(std::llround(*seconds * 1e6)));
    fail("the token's `" + name + "` is not a time in seconds since 1970");
    return std::nullopt;
  }

  // A text or an array of texts; `split`: the text is many, with spaces between.
  std::vector<std::string> words(const std::string& name, bool split) {
    std::vector<std::string> words;
    const auto value = find(name);
    if (!value) return words;
    if (const auto text = value->text()) {
      add(words, *text, split);
      return words;
    }
    if (!value->is(JsonKind::array)) {
      fail("the token's `" + name + "` is neither a text nor an array");
      return words;
    }
    for (const JsonValue& element : value->elements()) {
      const auto text = element.text();
      if (!text)
        fail("the token's `" + name + "` holds something that is not a text");
      else
        add(words, *text, false);
    }
    return words;
  }

 private:
  static void add(std::vector<std::string>& words, std::string_view text, bool split) {
    while (split && text.find(' ') != text.npos) {
      const std::size_t space = text.find(' ');
      if (space > 0) words.emplace_back(text.substr(0, space));
      text.remove_prefix(space + 1);
    }
    if (!text.empty()) words.emplace_back(text);
  }

  JsonValue object_;
  std::string fault_;
};

bool is_whole(std::string_view raw) {
  if (raw.starts_with('-')) raw.remove_prefix(1);
  return !raw.empty() &&
         std::all_of(raw.begin(), raw.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void read_id(Claims& claims, const std::string& claim, Principal& principal) {
  const auto value = claims.find(claim);
  if (!value) return claims.fail("the token has no `" + claim + "`");
  if (const auto text = value->text()) {
    principal.id = *text;
  } else if (value->is(JsonKind::number) && is_whole(value->raw())) {
    principal.id = value->raw();
    principal.id_is_number = true;
  } else {
    return claims.fail("the token's `" + claim + "` is neither a text nor a whole number");
  }
  if (principal.id.empty() || principal.id.size() > limits::kNameBytes)
    claims.fail("the token's `" + claim + "` is empty or longer than 512 bytes");
}

Principal read_principal(Claims& claims, const AuthOptions& options) {
  Principal principal;
  principal.kind = Principal::Kind::user;
  read_id(claims, options.user_claim, principal);
  principal.name = claims.text("name");
  principal.tenant = claims.text("tenant");
  if (options.role_claim.empty()) {
    principal.roles = claims.words("role", false);
    for (std::string& role : claims.words("roles", false))
      principal.roles.push_back(std::move(role));
  } else {
    principal.roles = claims.words(options.role_claim, false);
  }
  principal.scopes = claims.words("scope", true);
  return principal;
}

void check_parties(Claims& claims, const AuthOptions& options) {
  if (!options.issuer.empty() && claims.text("iss") != options.issuer)
    claims.fail("the token comes from another issuer than the configured one");
  if (options.audience.empty()) return;
  const auto audiences = claims.words("aud", false);
  if (std::find(audiences.begin(), audiences.end(), options.audience) == audiences.end())
    claims.fail("the token is not for the configured audience");
}

Result<VerifiedToken> read_claims(JsonValue object, const AuthOptions& options, Time now) {
  Claims claims(object);
  const auto expires = claims.time("exp");
  const auto not_before = claims.time("nbf");
  const auto issued = claims.time("iat");
  if (!expires) claims.fail("the token has no `exp`");
  check_parties(claims, options);
  VerifiedToken token{read_principal(claims, options), {}, {}};
  if (!claims.fault().empty()) return refused(claims.fault());

  const Time from = std::max(not_before.value_or(Time{}), issued.value_or(Time{}));
  token.usable_from = from - limits::kTokenLeeway;
  token.usable_until = *expires;
  if (now < token.usable_from) return refused("the token is not valid yet");
  if (now >= token.usable_until) return refused("the token has expired");
  return token;
}

}  // namespace

Result<VerifiedToken> verify_token(std::string_view token, const AuthOptions& options, Time now,
                                   JsonDocument& json) {
  const auto parts = split(token);
  if (!parts) return parts.error();
  if (options.jwt_secret.empty()) return refused("this server takes no tokens, only API keys");
  if (std::string fault = header_fault(parts->header, json); !fault.empty()) return refused(fault);

  const auto signature = from_base64url(parts->signature);
  const Mac expected = hmac_sha256(options.jwt_secret, parts->signed_text);
  if (!signature || signature->size() != expected.size() ||
      CRYPTO_memcmp(signature->data(), expected.data(), expected.size()) != 0)
    return refused("the token's signature is wrong");

  const auto payload = from_base64url(parts->payload);
  if (!payload) return refused("the token's payload is not base64url");
  const auto parsed = json.parse(*payload);
  if (!parsed) return refused("the token's payload is " + parsed.error().message);
  if (!parsed->is(JsonKind::object)) return refused("the token's payload is not a JSON object");
  return read_claims(*parsed, options, now);
}

Result<std::string> make_token(const AuthOptions& options, const std::string& subject,
                               const std::vector<std::string>& roles, std::chrono::seconds ttl,
                               Time now) {
  if (options.jwt_secret.empty())
    return refused("there is no secret to sign a token with: set auth.jwt_secret");
  if (subject.empty() || subject.size() > limits::kNameBytes)
    return refused("a token needs a subject of 1 to 512 bytes");
  if (ttl.count() <= 0) return refused("a token must live for at least one second");

  const auto issued = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
  std::string payload;
  JsonWriter json(payload);
  json.begin_object().field(options.user_claim, subject);
  if (!roles.empty()) {
    json.key(options.role_claim.empty() ? "roles" : options.role_claim).begin_array();
    for (const std::string& role : roles) json.value(std::string_view(role));
    json.end_array();
  }
  if (!options.issuer.empty()) json.field("iss", options.issuer);
  if (!options.audience.empty()) json.field("aud", options.audience);
  json.field("iat", std::int64_t{issued.count()});
  json.field("exp", std::int64_t{(issued + ttl).count()}).end_object();

  std::string token = base64url(R"({"alg":"HS256","typ":"JWT"})") + '.' + base64url(payload);
  const Mac mac = hmac_sha256(options.jwt_secret, token);
  token += '.';
  token += base64url(view(mac));
  if (token.size() > limits::kTokenBytes) return refused("a token with these roles exceeds 8 KiB");
  return token;
}

}  // namespace syncline
