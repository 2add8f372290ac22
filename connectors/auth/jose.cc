#include "connectors/auth/jose.h"

#include <algorithm>

#include "connectors/auth/base64.h"
#include "connectors/json/document.h"
#include "engine/limits.h"

namespace syncline {
namespace {

Error refused(std::string message) { return Error{ErrorCode::invalid, std::move(message)}; }

bool equal_ignoring_case(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y; });
}

}  // namespace

Result<std::vector<std::string_view>> token_parts(std::string_view token, std::size_t count) {
  if (token.size() > limits::kTokenBytes) return refused("the token is larger than 8 KiB");
  const auto dots = static_cast<std::size_t>(std::ranges::count(token, '.'));
  if (dots + 1 != count)
    return refused("neither an API key nor a token of " + std::to_string(count) + " parts");
  std::vector<std::string_view> parts;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t end = token.find('.');
    parts.push_back(token.substr(0, end));
    token.remove_prefix(std::min(token.size(), parts.back().size() + 1));
  }
  return parts;
}

Result<JoseHeader> read_jose_header(std::string_view part, JsonDocument& json) {
  const auto bytes = from_base64url(part);
  if (!bytes) return refused("the token's header is not base64url");
  const auto header = json.parse(*bytes);
  if (!header) return refused("the token's header is " + header.error().message);
  if (!header->is(JsonKind::object)) return refused("the token's header is not a JSON object");
  for (const char* extension : {"crit", "zip"})
    if (header->find(extension))
      return refused("the token's header asks for an extension (`" + std::string(extension) + "`)");
  if (const auto type = header->find("typ")) {
    const auto text = type->text();
    if (!text || (!equal_ignoring_case(*text, "jwt") && !equal_ignoring_case(*text, "at+jwt")))
      return refused("the token's `typ` is not JWT");
  }
  JoseHeader read{std::string(header->text_of("alg")), std::string(header->text_of("enc")), {}};
  if (const auto id = header->find("kid")) {
    if (!id->text()) return refused("the token's `kid` is not a text");
    read.key_id = *id->text();
  }
  return read;
}

}  // namespace syncline
