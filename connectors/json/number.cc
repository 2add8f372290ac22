#include "connectors/json/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace syncline {
namespace {

constexpr int kDoubleDigits = std::numeric_limits<double>::max_digits10;
constexpr std::size_t kExactDigits = std::numeric_limits<double>::digits10;  // survive a double
constexpr std::size_t kExponentDigits =
    18;  // of what an int64 holds with room for the point's place

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_from(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

void append_exponent(std::string& out, std::int64_t exponent) {
  std::array<char, 24> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), std::abs(exponent)).ptr;
  out += exponent < 0 ? "e-" : "e+";
  out.append(text.data(), end);
}

// The forms of ECMAScript's Number::toString.
void append_decimal(std::string& out, const Decimal& d) {
  const std::string_view digits = d.digits;
  const auto size = static_cast<std::int64_t>(digits.size());
  if (size == 0) {
    out += '0';
    return;
  }
  if (d.negative) out += '-';
  if (d.exponent >= 0 && d.exponent <= 20) {
    const std::int64_t whole = d.exponent + 1;
    if (size <= whole) {
      out.append(digits).append(static_cast<std::size_t>(whole - size), '0');
      return;
    }
    out.append(digits.substr(0, static_cast<std::size_t>(whole))) += '.';
    out.append(digits.substr(static_cast<std::size_t>(whole)));
  } else if (d.exponent < 0 && d.exponent >= -6) {
    out.append("0.").append(static_cast<std::size_t>(-d.exponent - 1), '0').append(digits);
  } else {
    out += digits.front();
    if (size > 1) (out += '.').append(digits.substr(1));
    append_exponent(out, d.exponent);
  }
}

// Most numbers are: short, without an exponent or a zero at the end of a fraction. Two of them with
// at most 15 digits are never the same double, so nothing shorter stands for the same one.
bool is_canonical(std::string_view number) {
  if (number == "-0") return false;
  if (number.starts_with('-')) number.remove_prefix(1);
  if (number.size() > kExactDigits) return false;
  const std::size_t whole = digits_from(number, 0);
  if (whole == number.size()) return true;
  const bool plain = number[whole] == '.' && number.back() != '0' &&
                     whole + 1 + digits_from(number, whole + 1) == number.size();
  return plain && !number.starts_with("0.000000");  // below 10^-6 has an exponent
}

}  // namespace

std::size_t json_number_size(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits_from(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return 0;
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = digits_from(text, at + 1);
    if (fraction == 0) return 0;
    at += 1 + fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits_from(text, at);
    if (exponent == 0) return 0;
    at += exponent;
  }
  return at;
}

std::optional<Decimal> decimal(std::string_view number) {
  Decimal out;
  out.negative = number.starts_with('-');
  if (out.negative) number.remove_prefix(1);
  std::string_view power;
  if (const auto e = number.find_first_of("eE"); e != std::string_view::npos) {
    power = number.substr(e + 1);
    number = number.substr(0, e);
  }
  const std::string_view whole = number.substr(0, number.find('.'));
  out.digits = whole;
  if (whole.size() < number.size()) out.digits += number.substr(whole.size() + 1);

  const auto first = out.digits.find_first_not_of('0');
  if (first == std::string::npos) return Decimal{};
  out.digits.erase(out.digits.find_last_not_of('0') + 1);
  out.digits.erase(0, first);
  out.exponent = static_cast<std::int64_t>(whole.size()) - 1 - static_cast<std::int64_t>(first);

  if (!power.empty()) {
    const bool negative = power.front() == '-';
    if (!is_digit(power.front())) power.remove_prefix(1);
    power.remove_prefix(std::min(power.find_first_not_of('0'), power.size()));
    if (power.size() > kExponentDigits) return std::nullopt;
    std::int64_t shift = 0;
    std::from_chars(power.data(), power.data() + power.size(), shift);
    out.exponent += negative ? -shift : shift;
  }
  return out;
}

std::optional<double> nearest_double(std::string_view number) {
  double value = 0;
  const auto result = std::from_chars(number.data(), number.data() + number.size(), value);
  if (result.ec == std::errc()) {
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
  }
  // Out of range at one end or the other.
  const auto exact = decimal(number);
  const bool tiny = exact ? exact->exponent < 0 : number.find_first_of("-", 1) != number.npos;
  if (!tiny) return std::nullopt;
  return number.starts_with('-') ? -0.0 : 0.0;
}

std::optional<std::int64_t> exact_integer(std::string_view number) {
  std::int64_t value = 0;
  const char* end = number.data() + number.size();
  const auto plain = std::from_chars(number.data(), end, value);
  if (plain.ec == std::errc() && plain.ptr == end) return value;
  const auto exact = decimal(number);
  if (!exact || exact->fractional() || exact->exponent > 18) return std::nullopt;
  std::string digits;
  append_decimal(digits, *exact);
  const auto whole = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return whole.ec == std::errc() ? std::optional(value) : std::nullopt;
}

void append_json_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 32> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific)
          .ptr;
  append_decimal(out, *decimal({text.data(), static_cast<std::size_t>(end - text.data())}));
}

void append_canonical_number(std::string& out, std::string_view number) {
  if (is_canonical(number)) {
    out += number;
    return;
  }
  const auto exact = decimal(number);
  if (!exact) {
    for (const char c : number) out += c == 'E' ? 'e' : c;
    return;
  }
  if (exact->fractional() && exact->digits.size() <= kDoubleDigits) {
    const auto value = nearest_double(number);
    if (value && *value != 0) return append_json_number(out, *value);
  }
  append_decimal(out, *exact);
}

}  // namespace syncline
