#include "engine/sha256.h"

#include <openssl/evp.h>

#include "engine/error.h"

namespace syncline {
namespace {

// Fetched once: looking the algorithm up costs more than hashing a small event.
const EVP_MD* algorithm() {
  static const EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  SYNCLINE_CHECK(md != nullptr);
  return md;
}

EVP_MD_CTX* context(void* c) { return static_cast<EVP_MD_CTX*>(c); }

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  SYNCLINE_CHECK(EVP_DigestInit_ex2(context(context_), algorithm(), nullptr) == 1);
}

Sha256::~Sha256() { EVP_MD_CTX_free(context(context_)); }

void Sha256::update(std::string_view bytes) {
  SYNCLINE_CHECK(EVP_DigestUpdate(context(context_), bytes.data(), bytes.size()) == 1);
}

void Sha256::update_number(std::uint64_t value) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
  update({bytes, sizeof bytes});
}

void Sha256::update_sized(std::string_view bytes) {
  update_number(bytes.size());
  update(bytes);
}

Hash Sha256::finish() {
  Hash hash;
  SYNCLINE_CHECK(EVP_DigestFinal_ex(context(context_), hash.data(), nullptr) == 1);
  SYNCLINE_CHECK(EVP_DigestInit_ex2(context(context_), nullptr, nullptr) == 1);
  return hash;
}

Hash sha256(std::string_view bytes) {
  thread_local Sha256 hasher;
  hasher.update(bytes);
  return hasher.finish();
}

std::string hex(const Hash& hash) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(hash.size() * 2);
  for (const std::uint8_t byte : hash) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

}  // namespace syncline
