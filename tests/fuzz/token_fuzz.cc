// Tokens and base64. A token is taken only when the key has signed exactly these bytes: a second
// signing of its parts gives the same text, another key refuses it, and so does every change of one
// character. The input is a token; or a header, a line end and a payload, which are signed here, so
// that the claims are reached.
#include "connectors/auth/base64.h"
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

void check_token(std::string_view token) {
  static const AuthOptions ours = options(), others = options(kSecret + '!');
  static AuthOptions strict = [] {
    AuthOptions made = options();
    made.issuer = "https://issuer";
    made.audience = "syncline";
    made.role_claim = "groups";
    made.user_claim = "uid";
    return made;
  }();
  static JsonDocument json;
  const bool strictly = verify_token(token, strict, kNow, json).has_value();
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
  static JsonDocument json;
  const auto token = make_token(ours, std::string(subject), {"admin"}, std::chrono::hours(1), kNow);
  if (!token) return;
  const auto verified = verify_token(*token, ours, kNow, json);
  if (utf8_fault(subject) != std::string_view::npos) return;  // written with U+FFFD instead
  SYNCLINE_CHECK(verified.has_value() && verified->principal.id == subject);
  SYNCLINE_CHECK(verified->principal.has_role("admin"));
}

void check_base64(std::string_view text) {
  SYNCLINE_CHECK(from_base64(base64(text)) == text && from_base64url(base64url(text)) == text);
  if (const auto bytes = from_base64(text)) SYNCLINE_CHECK(base64(*bytes) == text);
  if (const auto bytes = from_base64url(text)) SYNCLINE_CHECK(base64url(*bytes) == text);
}

void check(std::string_view input) {
  check_token(Exact(input).view());
  const std::size_t line = input.find('\n');
  if (line != std::string_view::npos)
    check_token(signed_text(input.substr(0, line), input.substr(line + 1), kSecret));
  check_made(input);
  check_base64(input);
}

}  // namespace
}  // namespace syncline

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  syncline::check(syncline::text_of(bytes, size));
  return 0;
}
