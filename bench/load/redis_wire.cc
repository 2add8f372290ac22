#include <initializer_list>

#include "bench/load/wire.h"

namespace syncline::load {
namespace {

std::string command(std::initializer_list<std::string> words) {
  std::string out = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words) {
    out += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  }
  return out;
}

// XADD answers with the entry's id as a bulk string: "$15\r\n1526919030474-0\r\n".
Answer read_answer(std::string_view bytes) {
  const auto line_end = bytes.find("\r\n");
  if (line_end == bytes.npos) return {};
  if (bytes[0] != '$') return {line_end + 2, false};
  std::size_t length = 0;
  for (char c : bytes.substr(1, line_end - 1)) {
    if (c < '0' || c > '9') return {bytes.size(), false};
    length = length * 10 + static_cast<std::size_t>(c - '0');
  }
  const std::size_t size = line_end + 2 + length + 2;
  return bytes.size() < size ? Answer{} : Answer{size, true};
}

}  // namespace

Wire redis_wire(const EventShape& shape, int pipeline) {
  const std::string add =
      command({"XADD", "events", "*", "id", event_id(shape), "source", std::string(kEventSource),
               "type", std::string(kEventType), "subject", event_subject(), "time",
               std::string(kEventTime), "data", event_data(shape)});
  std::string bytes;
  for (int i = 0; i < pipeline; ++i) bytes += add;
  return {"", 0, Exchange(std::move(bytes), pipeline, pipeline), read_answer};
}

}  // namespace syncline::load
