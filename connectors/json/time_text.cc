#include "connectors/json/time_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace syncline {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr Time kFirst = sys_days(std::chrono::year(1) / 1 / 1);
constexpr Time kLast = sys_days(std::chrono::year(9999) / 12 / 31) + days(1) - microseconds(1);

void put(char* out, unsigned value, int digits) {
  while (digits-- > 0) {
    out[digits] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

// Reads a text from its front; every step says whether it was there.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }

  bool digits(int count, int& value) {
    if (rest_.size() < static_cast<std::size_t>(count)) return false;
    value = 0;
    for (int i = 0; i < count; ++i) {
      if (!is_digit(rest_[i])) return false;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return true;
  }

  bool one_of(std::string_view chars, char& found) {
    if (rest_.empty() || chars.find(rest_.front()) == std::string_view::npos) return false;
    found = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }

  bool literal(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  // At least one digit; what is finer than a microsecond is cut.
  bool fraction(microseconds& value) {
    std::size_t count = 0;
    int micros = 0;
    for (; count < rest_.size() && is_digit(rest_[count]); ++count) {
      if (count < 6) micros = micros * 10 + (rest_[count] - '0');
    }
    if (count == 0) return false;
    for (std::size_t i = count; i < 6; ++i) micros *= 10;
    rest_.remove_prefix(count);
    value = microseconds(micros);
    return true;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  std::string_view rest_;
};

year_month_day calendar_day(int year, unsigned month, int day) {
  return {std::chrono::year(year), std::chrono::month(month),
          std::chrono::day(static_cast<unsigned>(day))};
}

struct Clockface {
  int hour = 0, minute = 0, second = 0;

  bool read(Cursor& in) {
    return in.digits(2, hour) && in.literal(":") && in.digits(2, minute) && in.literal(":") &&
           in.digits(2, second) && hour <= 23 && minute <= 59 && second <= 60;
  }
};

// A leap second stands at the end of a UTC day and nowhere else.
std::optional<Time> assemble(const year_month_day& date, const Clockface& clock,
                             microseconds fraction, minutes offset) {
  if (!date.ok() || date.year() < std::chrono::year(1)) return std::nullopt;
  const Time minute = Time(sys_days(date)) + hours(clock.hour) + minutes(clock.minute) - offset;
  if (clock.second == 60) {
    const Time next = minute + minutes(1);
    if (next != std::chrono::floor<days>(next)) return std::nullopt;
  }
  const Time time = minute + seconds(clock.second) + fraction;
  if (time < kFirst || time > kLast) return std::nullopt;
  return time;
}

// Which of these names of three letters.
std::optional<unsigned> index_of(std::string_view names, std::string_view name) {
  const auto at = names.find(name);
  if (at == std::string_view::npos || at % 3 != 0) return std::nullopt;
  return static_cast<unsigned>(at / 3);
}

}  // namespace

std::size_t write_iso(Time time, bool exact, char* out) {
  time = std::clamp(time, kFirst, kLast);
  const auto day = std::chrono::floor<days>(time);
  const year_month_day date(day);
  const auto micros = static_cast<std::uint64_t>((time - day).count());
  const auto second = static_cast<unsigned>(micros / 1'000'000);
  const auto fraction = static_cast<unsigned>(micros % 1'000'000);

  std::copy_n("0000-00-00T00:00:00.", 20, out);
  put(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put(out + 5, static_cast<unsigned>(date.month()), 2);
  put(out + 8, static_cast<unsigned>(date.day()), 2);
  put(out + 11, second / 3600, 2);
  put(out + 14, second / 60 % 60, 2);
  put(out + 17, second % 60, 2);
  const bool micro = exact && fraction % 1000 != 0;
  put(out + 20, micro ? fraction : fraction / 1000, micro ? 6 : 3);
  const std::size_t size = micro ? 26 : 23;
  out[size] = 'Z';
  return size + 1;
}

std::string to_iso(Time time) {
  std::array<char, kIsoBytes> out;
  return std::string(out.data(), write_iso(time, false, out.data()));
}

std::string to_iso_exact(Time time) {
  std::array<char, kIsoBytes> out;
  return std::string(out.data(), write_iso(time, true, out.data()));
}

std::optional<Time> from_iso(std::string_view text) {
  Cursor in(text);
  int year = 0, month = 0, day = 0;
  Clockface clock;
  char mark = 0;
  if (!in.digits(4, year) || !in.literal("-") || !in.digits(2, month) || !in.literal("-") ||
      !in.digits(2, day) || !in.one_of("Tt ", mark) || !clock.read(in)) {
    return std::nullopt;
  }
  microseconds fraction(0);
  if (in.literal(".") && !in.fraction(fraction)) return std::nullopt;

  minutes offset(0);
  if (in.one_of("+-", mark)) {
    int hour = 0, minute = 0;
    if (!in.digits(2, hour) || !in.literal(":") || !in.digits(2, minute) || hour > 23 ||
        minute > 59) {
      return std::nullopt;
    }
    offset = hours(hour) + minutes(minute);
    if (mark == '-') offset = -offset;
  } else {
    in.one_of("Zz", mark);
  }
  if (!in.done()) return std::nullopt;
  const auto date = calendar_day(year, static_cast<unsigned>(month), day);
  return assemble(date, clock, fraction, offset);
}

std::optional<Time> from_http_date(std::string_view text) {
  static constexpr std::string_view kWeekdays = "SunMonTueWedThuFriSat";
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != std::string_view("Sun, 06 Nov 1994 08:49:37 GMT").size()) return std::nullopt;
  const auto weekday = index_of(kWeekdays, text.substr(0, 3));
  const auto month = index_of(kMonths, text.substr(8, 3));
  if (!weekday || !month) return std::nullopt;

  int day = 0, year = 0;
  Clockface clock;
  Cursor in(text.substr(3));
  if (!in.literal(", ") || !in.digits(2, day) || !in.literal(" ") ||
      !in.literal(text.substr(8, 3)) || !in.literal(" ") || !in.digits(4, year) ||
      !in.literal(" ") || !clock.read(in) || !in.literal(" GMT")) {
    return std::nullopt;
  }
  const auto date = calendar_day(year, *month + 1, day);
  const auto time = assemble(date, clock, microseconds(0), minutes(0));
  if (!time || std::chrono::weekday(sys_days(date)).c_encoding() != *weekday) return std::nullopt;
  return time;
}

}  // namespace syncline
