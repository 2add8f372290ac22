// `?at=<time|position>` of a route that reads a view: the same answer as of then. The view at that
// instant is folded, and the answer made of it, on threads of their own, because a fold takes some
// tenths of a second. One for all connectors; any thread.
#pragma once

#include <atomic>
#include <functional>

#include "connectors/http/message.h"
#include "connectors/json/writer.h"
#include "connectors/workers.h"
#include "engine/engine.h"
#include "engine/limits.h"
#include "engine/past/moment.h"

namespace syncline {

// A plain whole number is a position, else an ISO-8601 time; nullopt: neither.
std::optional<Asked> read_asked(std::string_view text);

std::string asked_text(const Asked& asked);  // which read_asked() reads

// What every answer as of an instant has: `asOf` and `position`.
void write_moment(const Moment& moment, JsonWriter& out);

class PastReads {
 public:
  explicit PastReads(Engine& engine) : engine_(engine) {}
  ~PastReads() { workers_.stop(); }

  // `then` is the view at the moment, whose time is the clock of the answer.
  using Read = std::function<Response(const ReadState& then, const Moment& moment)>;
  // Of a request that has `at`. 400 `invalid_at`, 404 `not_yet`, 503 `past_behind` (not built as
  // far as that yet) or `queue_full`. The request outlives it.
  boost::asio::awaitable<Response> answer(const Request& request, std::string_view view, Read read);

 private:
  Response read_past(std::string_view at, std::string_view view, const Read& read) const;

  Engine& engine_;
  std::atomic<std::size_t> waiting_{0};
  Workers workers_{limits::kPastReaders};
};

}  // namespace syncline
