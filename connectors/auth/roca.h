// RSA keys from Infineon's broken generator (Nemec and others, "The Return of Coppersmith's
// Attack", CCS 2017; CVE-2017-15361): their primes, and so their modulus, are a power of 65537
// modulo every small prime. From 1984 bits on that holds for the first 126 primes, and for a sound
// modulus by a chance of 2^-154. Pure.
#pragma once

struct bignum_st;

namespace syncline {

bool is_roca_modulus(const bignum_st& modulus);

}  // namespace syncline
