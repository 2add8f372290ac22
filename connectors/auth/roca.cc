#include "connectors/auth/roca.h"

#include <openssl/bn.h>

namespace syncline {
namespace {

constexpr unsigned kGenerator = 65'537;
constexpr unsigned kLastPrime = 701;  // the 126th

bool is_prime(unsigned n) {
  for (unsigned divisor = 2; divisor * divisor <= n; ++divisor)
    if (n % divisor == 0) return false;
  return true;
}

bool is_power_of_generator(unsigned residue, unsigned prime) {
  unsigned power = 1;
  do {
    if (power == residue) return true;
    power = power * (kGenerator % prime) % prime;
  } while (power != 1);
  return false;
}

}  // namespace

bool is_roca_modulus(const bignum_st& modulus) {
  for (unsigned prime = 3; prime <= kLastPrime; prime += 2) {
    if (!is_prime(prime)) continue;
    const auto residue = static_cast<unsigned>(BN_mod_word(&modulus, prime));
    if (!is_power_of_generator(residue, prime)) return false;
  }
  return true;
}

}  // namespace syncline
