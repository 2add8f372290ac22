// Answers for jose_vectors_test.py: of each line on stdin, {"jwks", "jws"} or {"secret", "jwe"},
// one line that says "taken" or why not.
#include <iostream>
#include <string>

#include "connectors/auth/jwe.h"
#include "connectors/auth/jwks.h"
#include "connectors/auth/jws.h"
#include "connectors/json/document.h"

namespace syncline {
namespace {

std::string answer(const JsonValue& line) {
  JsonDocument json;
  if (line.find("jwe")) {
    const auto payload =
        decrypted_payload(line.text_of("jwe"), nextauth_key(line.text_of("secret")), json);
    return payload ? "taken" : payload.error().message;
  }
  const auto keys = read_jwks(line.text_of("jwks"), {}, json);
  if (!keys) return "the set " + keys.error().message;
  const auto payload = signed_payload(line.text_of("jws"), KeyRing(*keys), json);
  return payload ? "taken" : payload.error().message;
}

}  // namespace
}  // namespace syncline

int main() {
  syncline::JsonDocument json;
  for (std::string line; std::getline(std::cin, line);)
    std::cout << syncline::answer(json.parse(line).value()) << '\n';
}
