// PostgreSQL's frontend/backend protocol 3.0 (PostgreSQL manual, chapter "Frontend/Backend
// Protocol"), as much of it as a prepared INSERT needs: StartupMessage, Parse, Bind, Execute, Sync.

#include <array>

#include "bench/load/wire.h"

namespace syncline::load {
namespace {

constexpr int kColumns = 6;
constexpr std::uint32_t kProtocolVersion = 3u << 16;

std::string big_endian(std::uint32_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>(value >> shift & 0xff);
  }
  return out;
}

std::uint32_t read_u32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

std::string text(std::string_view value) { return std::string(value) + '\0'; }

// A message is a type, its length with the length itself, and its fields. The first one has no
// type.
std::string message(std::string_view type, const std::string& fields) {
  return std::string(type) + big_endian(static_cast<std::uint32_t>(fields.size() + 4), 4) + fields;
}

std::string insert_statement(int events) {
  std::string sql = "INSERT INTO outbox (id, source, type, subject, time, data) VALUES ";
  for (int row = 0; row < events; ++row) {
    sql += row == 0 ? "(" : ",(";
    for (int column = 1; column <= kColumns; ++column) {
      sql += (column == 1 ? "$" : ",$") + std::to_string(row * kColumns + column);
    }
    sql += ")";
  }
  return sql;
}

std::string bind_values(const EventShape& shape, int events) {
  const std::array<std::string, kColumns> row = {event_id(shape),         std::string(kEventSource),
                                                 std::string(kEventType), event_subject(),
                                                 std::string(kEventTime), event_data(shape)};
  std::string fields = text("") + text("insert") + big_endian(0, 2);
  fields += big_endian(static_cast<std::uint32_t>(events * kColumns), 2);
  for (int i = 0; i < events; ++i) {
    for (const std::string& value : row) {
      fields += big_endian(static_cast<std::uint32_t>(value.size()), 4) + value;
    }
  }
  return message("B", fields + big_endian(0, 2));
}

// An answer ends with ReadyForQuery ('Z'), and is bad when it holds an ErrorResponse ('E').
Answer read_answer(std::string_view bytes) {
  Answer answer;
  std::size_t at = 0;
  while (bytes.size() - at >= 5) {
    const char type = bytes[at];
    const std::size_t size = 1 + read_u32(bytes.substr(at + 1, 4));
    if (bytes.size() - at < size) return {};
    at += size;
    if (type == 'E') answer.good = false;
    if (type == 'Z') {
      answer.size = at;
      return answer;
    }
  }
  return {};
}

}  // namespace

Wire postgres_wire(const EventShape& shape, const std::string& user, const std::string& database,
                   int events) {
  const std::string sync = message("S", "");
  const std::string startup =
      message("", big_endian(kProtocolVersion, 4) + text("user") + text(user) + text("database") +
                      text(database) + text(""));
  const std::string parse =
      message("P", text("insert") + text(insert_statement(events)) + big_endian(0, 2));
  const std::string execute = message("E", text("") + big_endian(0, 4));
  return {startup + parse + sync, 2,
          Exchange(bind_values(shape, events) + execute + sync, 1, events), read_answer};
}

}  // namespace syncline::load
