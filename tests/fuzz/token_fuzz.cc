// Credentials: signed and encrypted tokens, key sets, cookies, base64. A token is taken only when
// the key has signed (or sealed) exactly these bytes: making it again from its parts gives the same
// text, another key refuses it, and so does every change of one character. The input is a token or
// a key set; or a header, a line end and a payload, which are signed and sealed here, so that the
// claims are reached.
#include "connectors/auth/base64.h"
#include "connectors/auth/jwks.h"
#include "connectors/auth/sealed_text.h"
#include "connectors/auth/session_cookie.h"
#include "connectors/auth/signed_text.h"
#include "connectors/auth/token.h"
#include "connectors/json/document.h"
#include "connectors/json/utf8.h"
#include "engine/limits.h"
#include "tests/fuzz/fuzz.h"

namespace syncline {
namespace {

constexpr Time kNow{std::chrono::seconds(1'758'233'370)};
const std::string kSecret = "0123456789abcdef0123456789abcdef";

AuthOptions options(std::string secret = kSecret) {
  AuthOptions made;
  made.jwt_secret = std::move(secret);
  return made;
}

Result<VerifiedToken> verify_token(std::string_view token, const KeyRing& keys, Time now,
                                   JsonDocument& json) {
  return verify_token(token, keys, ClaimRules{}, now, json);
}

void check_token(std::string_view token) {
  static const KeyRing ours(options()), others(options(kSecret + '!'));
  static const ClaimRules strict{
      .user = "uid", .role = "groups", .issuer = "https://issuer", .audience = "syncline"};
  static JsonDocument json;
  const bool strictly = verify_token(token, ours, strict, kNow, json).has_value();
  const auto verified = verify_token(token, ours, kNow, json);
  if (!verified) {
    SYNCLINE_CHECK(!verified.error().message.empty());
    SYNCLINE_CHECK(verify_token(token, others, kNow, json).has_error());
  }
  if (!verified && !strictly) return;

  const std::size_t first = token.find('.'), second = token.rfind('.');
  const auto header = from_base64url(token.substr(0, first));
  const auto payload = from_base64url(token.substr(first + 1, second - first - 1));
  SYNCLINE_CHECK(signed_text(*header, *payload, kSecret) == token);
  SYNCLINE_CHECK(verify_token(token, others, kNow, json).has_error());

  Draws draws(token);
  std::string changed(token);
  char& place = changed[draws.below(changed.size())];
  place = static_cast<char>(place ^ (1 + draws.below(255)));
  SYNCLINE_CHECK(verify_token(changed, ours, kNow, json).has_error());
  std::string signature = *from_base64url(token.substr(second + 1));
  char& byte = signature[draws.below(signature.size())];
  byte = static_cast<char>(byte ^ (1 << draws.below(8)));
  const std::string forged = std::string(token.substr(0, second + 1)) + base64url(signature);
  SYNCLINE_CHECK(verify_token(forged, ours, kNow, json).has_error());

  if (!verified) return;
  SYNCLINE_CHECK(verified->usable(kNow));
  SYNCLINE_CHECK(verify_token(token, ours, verified->usable_until, json).has_error());
  const std::string& id = verified->principal.id;
  SYNCLINE_CHECK(!id.empty() && id.size() <= limits::kNameBytes);
  const auto claims = json.parse(*payload);
  const auto subject = claims->find("sub");
  SYNCLINE_CHECK(verified->principal.id_is_number ? subject->raw() == id : subject->text() == id);
}

void check_made(std::string_view subject) {
  static const AuthOptions ours = options();
  static const KeyRing keys(ours);
  static JsonDocument json;
  const auto token = make_token(ours, std::string(subject), {"admin"}, std::chrono::hours(1), kNow);
  if (!token) return;
  const auto verified = verify_token(*token, keys, kNow, json);
  if (utf8_fault(subject) != std::string_view::npos) return;  // written with U+FFFD instead
  SYNCLINE_CHECK(verified.has_value() && verified->principal.id == subject);
  SYNCLINE_CHECK(verified->principal.has_role("admin"));
}

void check_sealed(std::string_view token) {
  static const ContentKey ours = nextauth_key(kSecret), other = nextauth_key(kSecret + '!');
  static JsonDocument json;
  const auto payload = decrypted_payload(token, ours, json);
  SYNCLINE_CHECK(decrypted_payload(token, other, json).has_error());
  if (!payload) {
    SYNCLINE_CHECK(!payload.error().message.empty());
    return;
  }
  static_cast<void>(read_claims(*payload, ClaimRules{}, kNow, json));
  Draws draws(token);
  std::string changed(token);
  char& place = changed[draws.below(changed.size())];
  place = static_cast<char>(place ^ (1 + draws.below(255)));
  SYNCLINE_CHECK(decrypted_payload(changed, ours, json).has_error());
}

// A set that is taken is taken again, with the same keys, each for its kind alone.
void check_jwks(std::string_view text) {
  static JsonDocument json;
  static const Algorithm some[] = {Algorithm::rs256, Algorithm::es256, Algorithm::hs256};
  static_cast<void>(read_jwks(text, some, json));
  const auto keys = read_jwks(text, {}, json);
  if (!keys) {
    SYNCLINE_CHECK(!keys.error().message.empty());
    return;
  }
  const auto again = read_jwks(text, {}, json);
  SYNCLINE_CHECK(again.has_value() && again->size() == keys->size());
  SYNCLINE_CHECK(!keys->empty() && keys->size() <= limits::kTokenKeys);
  for (const RingKey& entry : *keys) {
    SYNCLINE_CHECK(entry.algorithms.size() == 1);
    SYNCLINE_CHECK(key_kind(entry.algorithms.front()) == entry.key.kind());
    SYNCLINE_CHECK(!entry.key.verifies(entry.algorithms.front(), "text", "signature"));
  }
}

void check_cookies(std::string_view text) {
  Request request;
  request.headers.emplace_back("cookie", text);
  const auto cookie = session_cookie(request, {"__Secure-s", "s"});
  if (!cookie || !*cookie) return;
  SYNCLINE_CHECK(!(**cookie).empty() && (**cookie).size() < text.size());
}

void check_base64(std::string_view text) {
  SYNCLINE_CHECK(from_base64(base64(text)) == text && from_base64url(base64url(text)) == text);
  if (const auto bytes = from_base64(text)) SYNCLINE_CHECK(base64(*bytes) == text);
  if (const auto bytes = from_base64url(text)) SYNCLINE_CHECK(base64url(*bytes) == text);
}

void check(std::string_view input) {
  check_token(Exact(input).view());
  check_sealed(Exact(input).view());
  check_jwks(Exact(input).view());
  check_cookies(input);
  const std::size_t line = input.find('\n');
  if (line != std::string_view::npos) {
    const std::string_view header = input.substr(0, line), payload = input.substr(line + 1);
    check_token(signed_text(header, payload, kSecret));
    static const ContentKey key = nextauth_key(kSecret);
    check_sealed(sealed_text(header, payload, key));
  }
  check_made(input);
  check_base64(input);
}

}  // namespace
}  // namespace syncline

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  syncline::check(syncline::text_of(bytes, size));
  return 0;
}
