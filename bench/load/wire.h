// What each server is sent and how its answers are read; the loop that sends (clients.h) is the
// same for all of them. Every request is made once, and only its ids and subjects are written over
// before it is sent again, so that the generator costs little and the same for every server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace syncline::load {

// One event as every server gets it: id, source, type, subject, time, and a JSON object of `size`
// bytes.
struct EventShape {
  std::string run;  // 16 hexadecimal digits that make the ids of this run its own
  std::size_t size = 300;
};

// What a client sends before it waits, and how many answers it then waits for.
class Exchange {
 public:
  // `bytes` holds event_id() and event_subject() where each event has its own.
  Exchange(std::string bytes, int answers, int events);
  // One event, sent by each of `senders` in turn: `bytes` holds the first of these tokens, which
  // are all of one length.
  Exchange(std::string bytes, std::shared_ptr<const std::vector<std::string>> senders);

  const std::string& bytes() const { return bytes_; }
  int answers() const { return answers_; }
  int events() const { return events_; }

  // Gives each event an id of its own and a subject out of 1,000, or the next sender.
  void renumber(std::uint64_t& next);

 private:
  std::string bytes_;
  std::vector<std::size_t> ids_;                             // offsets of the 16 digits that change
  std::vector<std::size_t> subjects_;                        // offsets of the 7 digits that change
  std::shared_ptr<const std::vector<std::string>> senders_;  // null: there is one
  std::size_t sender_at_ = 0;
  int answers_;
  int events_;
};

std::string event_id(const EventShape& shape);
std::string event_subject();
std::string event_data(const EventShape& shape);
inline constexpr std::string_view kEventSource = "/bench/shop";
inline constexpr std::string_view kEventType = "shop.order_placed";
inline constexpr std::string_view kEventTime = "2025-01-01T12:00:00.000Z";

struct Answer {
  std::size_t size = 0;  // 0: not all of it is there
  bool good = true;
};

struct Wire {
  std::string greeting;  // sent once on each connection
  int greeting_answers = 0;
  Exchange exchange;
  // The first answer in `bytes`.
  std::function<Answer(std::string_view bytes)> read;
};

// POST /v1/events: one CloudEvent in structured mode, or a batch when events > 1; `pipeline`
// requests are sent before the first answer is awaited.
Wire http_wire(const EventShape& shape, const std::string& token, int events, int pipeline);
// POST /api/stats/heartbeat of the user that each of `tokens` names, in turn.
Wire heartbeat_wire(std::vector<std::string> tokens);
// XADD, one for each event, `pipeline` of them before the first answer is awaited.
Wire redis_wire(const EventShape& shape, int pipeline);
// A prepared INSERT into outbox, one transaction of `events` rows, in the frontend protocol 3.0.
Wire postgres_wire(const EventShape& shape, const std::string& user, const std::string& database,
                   int events);

}  // namespace syncline::load
