#include "projections/presence/presence_keys.h"

#include "projections/big_endian.h"
#include "projections/key_text.h"

namespace syncline::presence_keys {
namespace {

constexpr std::size_t kNumber = 8;

void append_ordered(std::string& out, std::int64_t value) {
  append_big_endian(out, static_cast<std::uint64_t>(value) ^ kSignBit);
}

std::string of_text(std::string_view kind, std::string_view text) {
  std::string key(kind);
  append_key_text(key, text);
  return key;
}

std::string joined(std::string_view kind, std::string_view rest) {
  return std::string(kind).append(rest);
}

template <class Unit>
std::int64_t count(Time time) {
  return std::chrono::floor<Unit>(time).time_since_epoch().count();
}

}  // namespace

std::string lapsing_from(Time deadline) {
  std::string key(kLapsing);
  append_ordered(key, count<Eighths>(deadline));
  return key;
}

std::string lapsing(Time deadline, std::string_view module) {
  return lapsing_from(deadline).append(module);
}

std::string changes(Position position) {
  std::string key(kChanges);
  append_big_endian(key, position.value);
  return key;
}

std::string module(std::string_view module) { return joined("m", module); }
std::string present(std::string_view user) { return joined(kPresent, user); }
std::string viewers(std::string_view resource) { return of_text("r", resource); }
std::string viewer(std::string_view resource, std::string_view user) {
  return viewers(resource).append(user);
}
std::string user(std::string_view user) { return joined("u", user); }

std::string seen(std::string_view module, Time time) {
  std::string key = of_text("s", module);
  append_ordered(key, count<Quarters>(time));
  return key;
}

Duration length(Grain grain) {
  return grain == Grain::minute ? Duration(std::chrono::minutes(1))
                                : Duration(std::chrono::days(1));
}

Time start_of(Grain grain, Time time) {
  return grain == Grain::minute ? Time(std::chrono::floor<std::chrono::minutes>(time))
                                : Time(std::chrono::floor<std::chrono::days>(time));
}

std::string instants(std::string_view module) { return of_text("h", module); }

std::string instant(std::string_view module, Time time) {
  std::string key = instants(module);
  append_ordered_time(key, time);
  return key;
}

std::string spans(Grain grain, std::string_view module) {
  return of_text(std::string{'q', static_cast<char>(grain)}, module);
}

std::string span(Grain grain, std::string_view module, Time start) {
  std::string key = spans(grain, module);
  append_ordered_time(key, start);
  return key;
}

Time time_of(std::string_view key) { return read_ordered_time(key.substr(key.size() - kNumber)); }

std::string_view module_of_lapsing(std::string_view key) {
  return key.substr(kLapsing.size() + kNumber);
}

Time end_of_lapsing(std::string_view key) {
  const auto n = static_cast<std::int64_t>(read_big_endian(key.substr(kLapsing.size())) ^ kSignBit);
  return Time(Eighths(n + 1));
}

Position position_of_changes(std::string_view key) {
  return Position(read_big_endian(key.substr(kChanges.size())));
}

}  // namespace syncline::presence_keys
