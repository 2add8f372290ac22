// JSON numbers as text: their grammar, their exact decimal value, and their one canonical form.
// Numbers of any size keep their digits; a double is only ever a view of them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace syncline {

// How many bytes at the front of `text` are a JSON number (RFC 8259); 0: it does not begin with
// one.
std::size_t json_number_size(std::string_view text);

// ±d.ddd × 10^exponent; neither the first nor the last digit is 0. No digits: zero.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;

  bool fractional() const { return exponent + 1 < static_cast<std::int64_t>(digits.size()); }
};

// These take a number as json_number_size() accepts it.
std::optional<Decimal> decimal(std::string_view number);        // nullopt: exponent over 10^18
std::optional<double> nearest_double(std::string_view number);  // nullopt: not finite
std::optional<std::int64_t> exact_integer(
    std::string_view number);  // nullopt: a fraction, or no fit

// As ECMAScript writes numbers: 1, 0.1, 1e+21; shortest that reads back the same; not finite: null.
void append_json_number(std::string& out, double value);

// RFC 8785 where a double stands for the number: an integer keeps all its digits, a fraction of
// more than 17 digits too. Equal numbers give equal texts.
void append_canonical_number(std::string& out, std::string_view number);

}  // namespace syncline
