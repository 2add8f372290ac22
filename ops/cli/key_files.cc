#include "ops/cli/key_files.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "connectors/auth/jwks.h"
#include "connectors/json/document.h"
#include "engine/limits.h"

namespace syncline {
namespace {

Error in_file(const std::filesystem::path& file, const Error& error) {
  return {error.code, file.string() + ' ' + error.message};
}

}  // namespace

Result<std::string> read_key_file(const std::filesystem::path& file) {
  std::error_code failed;
  const auto status = std::filesystem::status(file, failed);
  if (!std::filesystem::exists(status))
    return in_file(file, {ErrorCode::not_found, "is not there"});
  // A pipe or a device would make us wait for what may never come.
  if (!std::filesystem::is_regular_file(status))
    return in_file(file, {ErrorCode::invalid, "is not a plain file"});
  std::ifstream in(file, std::ios::binary);
  std::string text(limits::kKeyFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad())
    return in_file(file, {ErrorCode::io, std::string("cannot be read: ") + std::strerror(errno)});
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > limits::kKeyFileBytes)
    return in_file(file, {ErrorCode::too_large, "is larger than 1 MiB, which no key is"});
  return text;
}

Result<RingKey> public_key(const Config& config) {
  std::string pem = config.jwt_public_key;
  const bool named = pem.find("-----BEGIN") == pem.npos;
  if (named) {
    auto read = read_key_file(pem);
    if (!read) return read.error();
    pem = std::move(*read);
  }
  auto key = TokenKey::from_pem(pem);
  if (!key) return named ? in_file(config.jwt_public_key, key.error()) : key.error();
  auto algorithms = algorithms_for(key->kind(), config.algorithms);
  return RingKey{std::move(*key), std::move(algorithms), {}};
}

Result<std::vector<RingKey>> jwks_keys(const Config& config) {
  const auto text = read_key_file(config.jwks_file);
  if (!text) return text.error();
  JsonDocument json;
  auto keys = read_jwks(*text, config.algorithms, json);
  if (!keys) return in_file(config.jwks_file, keys.error());
  return keys;
}

}  // namespace syncline
