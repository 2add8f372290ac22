#include "connectors/auth/token.h"

#include <algorithm>
#include <cmath>

#include "connectors/auth/jws.h"
#include "connectors/json/document.h"
#include "connectors/json/writer.h"
#include "engine/limits.h"

namespace syncline {
namespace {

Error refused(std::string message) { return Error{ErrorCode::invalid, std::move(message)}; }

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

Principal read_principal(Claims& claims, const ClaimRules& rules) {
  Principal principal;
  principal.kind = Principal::Kind::user;
  read_id(claims, rules.user, principal);
  principal.name = claims.text("name");
  principal.tenant = claims.text("tenant");
  if (rules.role.empty()) {
    principal.roles = claims.words("role", false);
    for (std::string& role : claims.words("roles", false))
      principal.roles.push_back(std::move(role));
  } else {
    principal.roles = claims.words(rules.role, false);
  }
  principal.scopes = claims.words("scope", true);
  return principal;
}

void check_parties(Claims& claims, const ClaimRules& rules) {
  if (!rules.issuer.empty() && claims.text("iss") != rules.issuer)
    claims.fail("the token comes from another issuer than the configured one");
  if (rules.audience.empty()) return;
  const auto audiences = claims.words("aud", false);
  if (std::find(audiences.begin(), audiences.end(), rules.audience) == audiences.end())
    claims.fail("the token is not for the configured audience");
}

Result<VerifiedToken> read_claims(JsonValue object, const ClaimRules& rules, Time now) {
  Claims claims(object);
  const auto expires = claims.time("exp");
  const auto not_before = claims.time("nbf");
  const auto issued = claims.time("iat");
  if (!expires) claims.fail("the token has no `exp`");
  check_parties(claims, rules);
  VerifiedToken token{read_principal(claims, rules), {}, {}};
  if (!claims.fault().empty()) return refused(claims.fault());

  const Time from = std::max(not_before.value_or(Time{}), issued.value_or(Time{}));
  token.usable_from = from - rules.leeway;
  token.usable_until = *expires;
  token.principal.until = *expires;
  if (now < token.usable_from) return refused("the token is not valid yet");
  if (now >= token.usable_until) return refused("the token has expired");
  return token;
}

}  // namespace

Result<VerifiedToken> read_claims(std::string_view payload, const ClaimRules& rules, Time now,
                                  JsonDocument& json) {
  const auto parsed = json.parse(payload);
  if (!parsed) return refused("the token's payload is " + parsed.error().message);
  if (!parsed->is(JsonKind::object)) return refused("the token's payload is not a JSON object");
  return read_claims(*parsed, rules, now);
}

std::optional<Algorithm> signing_algorithm(const AuthOptions& options) {
  if (options.jwt_secret.empty()) return std::nullopt;
  const auto algorithms = algorithms_for(KeyKind::secret, options.algorithms);
  return algorithms.empty() ? std::nullopt : std::optional(algorithms.front());
}

Result<std::string> make_token(const AuthOptions& options, const std::string& subject,
                               const std::vector<std::string>& roles, std::chrono::seconds ttl,
                               Time now) {
  const auto algorithm = signing_algorithm(options);
  if (!algorithm)
    return refused(
        "there is no secret to sign a token with: set auth.jwt_secret, and leave an HS algorithm "
        "in auth.algorithms");
  if (subject.empty() || subject.size() > limits::kNameBytes)
    return refused("a token needs a subject of 1 to 512 bytes");
  if (ttl.count() <= 0) return refused("a token must live for at least one second");

  const auto issued = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
  std::string payload;
  JsonWriter json(payload);
  json.begin_object().field(options.claims.user, subject);
  if (!roles.empty()) {
    json.key(options.claims.role.empty() ? "roles" : options.claims.role).begin_array();
    for (const std::string& role : roles) json.value(std::string_view(role));
    json.end_array();
  }
  if (!options.claims.issuer.empty()) json.field("iss", options.claims.issuer);
  if (!options.claims.audience.empty()) json.field("aud", options.claims.audience);
  json.field("iat", std::int64_t{issued.count()});
  json.field("exp", std::int64_t{(issued + ttl).count()}).end_object();

  std::string token = sign_payload(payload, *algorithm, options.jwt_secret);
  if (token.size() > limits::kTokenBytes) return refused("a token with these roles exceeds 8 KiB");
  return token;
}

}  // namespace syncline
