#include "connectors/auth/jws.h"

#include "connectors/auth/base64.h"
#include "connectors/auth/jose.h"

namespace syncline {
namespace {

Error refused(std::string message) { return Error{ErrorCode::invalid, std::move(message)}; }

}  // namespace

Result<std::string> signed_payload(std::string_view token, const KeyRing& keys,
                                   JsonDocument& json) {
  const auto parts = token_parts(token, 3);
  if (!parts) return parts.error();
  if (keys.empty()) return refused("this server takes no tokens, only API keys");
  const auto header = read_jose_header((*parts)[0], json);
  if (!header) return header.error();
  const auto signature = from_base64url((*parts)[2]);
  if (!signature) return refused("the token's signature is not base64url");
  const std::string_view text = token.substr(0, (*parts)[0].size() + 1 + (*parts)[1].size());
  if (auto good = keys.verify(header->algorithm, header->key_id, text, *signature);
      good.has_error())
    return good.error();
  auto payload = from_base64url((*parts)[1]);
  if (!payload) return refused("the token's payload is not base64url");
  return std::move(*payload);
}

std::string sign_payload(std::string_view payload, Algorithm algorithm, std::string_view secret) {
  const std::string header = R"({"alg":")" + std::string(name(algorithm)) + R"(","typ":"JWT"})";
  std::string token = base64url(header) + '.' + base64url(payload);
  const std::string mac = mac_of(algorithm, secret, token);
  token += '.';
  token += base64url(mac);
  return token;
}

}  // namespace syncline
