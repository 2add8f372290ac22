#include "connectors/past_reads.h"

#include <algorithm>

#include "connectors/http/problem.h"
#include "connectors/http/request_target.h"
#include "connectors/json/time_text.h"
#include "connectors/operators/export_request.h"

namespace syncline {
namespace {

// One of those that wait, as long as it lives.
class Place {
 public:
  explicit Place(std::atomic<std::size_t>& taken) : taken_(taken), number_(taken_.fetch_add(1)) {}
  ~Place() { --taken_; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  std::size_t number() const { return number_; }

 private:
  std::atomic<std::size_t>& taken_;
  const std::size_t number_;
};

}  // namespace

std::optional<Asked> read_asked(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (std::ranges::all_of(text, digit)) {
    const auto position = position_from(text);
    return position ? std::optional<Asked>(*position) : std::nullopt;
  }
  const auto time = from_iso(text);
  return time ? std::optional<Asked>(*time) : std::nullopt;
}

std::string asked_text(const Asked& asked) {
  if (const auto* position = std::get_if<Position>(&asked)) return std::to_string(position->value);
  return to_iso_exact(std::get<Time>(asked));
}

void write_moment(const Moment& moment, JsonWriter& out) {
  // To the microsecond, so that asking for it gives the same answer.
  out.field("asOf", to_iso_exact(moment.time)).field("position", moment.position);
}

boost::asio::awaitable<Response> PastReads::answer(const Request& request, std::string_view view,
                                                   Read read) {
  const Place place(waiting_);
  if (place.number() >= limits::kPastWaiting) {
    co_return problem(Error{ErrorCode::queue_full,
                            "too many ask for the past at the same time; try again later"});
  }
  std::function<Response()> work = [this, view, &request, read = std::move(read)] {
    return read_past(*request.query_value("at"), view, read);
  };
  co_return co_await workers_.run<Response>(std::move(work));
}

Response PastReads::read_past(std::string_view at, std::string_view view, const Read& read) const {
  const auto asked = read_asked(at);
  if (!asked) {
    return problem(400, "invalid_at",
                   "at must be a position, from 1, or an ISO-8601 time" + as_it_arrived(at));
  }
  const auto moment = moment_of(engine_.log(), *asked, engine_.clock().now());
  if (moment.has_error()) {
    if (moment.error().code != ErrorCode::invalid) return problem(moment.error());
    return problem(404, "not_yet", "at: " + moment.error().message);
  }
  const auto then = engine_.past().view(view, moment->position);
  if (then.has_error()) return problem(then.error());
  Response response = read(**then, *moment);
  response.position = moment->position;
  return response;
}

}  // namespace syncline
