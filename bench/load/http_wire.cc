#include <charconv>
#include <optional>

#include <strings.h>

#include "bench/load/wire.h"

namespace syncline::load {
namespace {

std::string cloudevent(const EventShape& shape) {
  std::string out = R"({"specversion":"1.0","id":")" + event_id(shape);
  out.append(R"(","source":")").append(kEventSource);
  out.append(R"(","type":")").append(kEventType);
  out.append(R"(","subject":")").append(event_subject());
  out.append(R"(","time":")").append(kEventTime);
  return out.append(R"(","data":)").append(event_data(shape)).append("}");
}

std::string request(const EventShape& shape, const std::string& token, int events) {
  std::string body = events == 1 ? "" : "[";
  for (int i = 0; i < events; ++i) body.append(i == 0 ? "" : ",").append(cloudevent(shape));
  if (events != 1) body += "]";
  return "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token +
         "\r\nContent-Type: application/cloudevents" + (events == 1 ? "" : "-batch") +
         "+json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

int count(std::string_view text, std::string_view word) {
  int found = 0;
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + word.size())) ++found;
  return found;
}

// The value of Content-Length, which every answer that is read here has.
std::optional<std::size_t> content_length(std::string_view head) {
  constexpr std::string_view kName = "\r\ncontent-length: ";
  for (auto at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at + 2)) {
    const std::string_view line = head.substr(at);
    if (line.size() < kName.size() || strncasecmp(line.data(), kName.data(), kName.size()) != 0) {
      continue;
    }
    const std::string_view digits = line.substr(kName.size());
    std::size_t length = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (parsed.ec == std::errc{}) return length;
  }
  return std::nullopt;
}

// The first answer in `bytes`, good when it says how long it is and `is_good` says so of its status
// and body.
template <typename IsGood>
Answer read_answer(std::string_view bytes, const IsGood& is_good) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  const auto head_end = bytes.find("\r\n\r\n");
  if (head_end == bytes.npos) return {};
  const std::string_view head = bytes.substr(0, head_end);
  const auto length = content_length(head);
  if (!head.starts_with(kVersion) || !length) return {bytes.size(), false};
  const std::size_t size = head_end + 4 + *length;
  if (bytes.size() < size) return {};
  return {size, is_good(head.substr(kVersion.size(), 3), bytes.substr(head_end + 4, *length))};
}

// A batch is answered with 200 whatever became of its events: each must have a position.
Answer read_receipts(std::string_view bytes, int events) {
  return read_answer(bytes, [events](std::string_view status, std::string_view body) {
    return status == (events == 1 ? "201" : "200") && count(body, "\"position\":") == events;
  });
}

Answer read_beat(std::string_view bytes) {
  return read_answer(bytes, [](std::string_view status, std::string_view body) {
    return status == "200" && count(body, R"("success":true)") == 1;
  });
}

}  // namespace

Wire http_wire(const EventShape& shape, const std::string& token, int events, int pipeline) {
  std::string bytes;
  for (int i = 0; i < pipeline; ++i) bytes += request(shape, token, events);
  return {"", 0, Exchange(std::move(bytes), pipeline, pipeline * events),
          [events](std::string_view b) { return read_receipts(b, events); }};
}

Wire heartbeat_wire(std::vector<std::string> tokens) {
  if (tokens.empty()) throw std::logic_error("no tokens");
  constexpr std::string_view kBody = R"({"module":"pms","page":"/orders/48213"})";
  std::string bytes =
      "POST /api/stats/heartbeat HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " +
      tokens.front() +
      "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(kBody.size()) +
      "\r\n\r\n";
  bytes += kBody;
  return {"", 0,
          Exchange(std::move(bytes),
                   std::make_shared<const std::vector<std::string>>(std::move(tokens))),
          read_beat};
}

}  // namespace syncline::load
