#include "connectors/events/events_connector.h"

#include <algorithm>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connectors/append.h"
#include "connectors/cloudevents/cloudevent.h"
#include "connectors/cloudevents/media_type.h"
#include "connectors/events/event_query.h"
#include "connectors/events/event_stream.h"
#include "connectors/events/intake.h"
#include "connectors/events/mirrored_wait.h"
#include "connectors/events/receipts.h"
#include "engine/limits.h"
#include "projections/history/history_view.h"

namespace syncline {
namespace {

using boost::asio::awaitable;

// A page with a filter examines at most so many events; `next` goes on from there.
constexpr std::size_t kExaminedEvents = 20'000;
// Events may be large: a page ends behind the one that reaches it.
constexpr std::size_t kPageBytes = limits::kBatchBytes;

Response not_acceptable(std::string_view type) {
  return problem(406, "not_acceptable", "this path answers " + std::string(type));
}

class EventsConnector final : public Connector {
 public:
  EventsConnector(Router& router, Engine& engine, const PayloadMappings& mappings,
                  MirroredMark& mirrored)
      : engine_(engine),
        mappings_(mappings),
        mirrored_(mirrored),
        reader_(mappings, schemas_, engine.clock(), engine.rng()) {
    mount(router, Method::post, "/v1/events", &EventsConnector::post);
    mount(router, Method::get, "/v1/events", &EventsConnector::page);
    mount(router, Method::get, "/v1/events/{position}", &EventsConnector::one);
    mount(router, Method::get, "/v1/events/stream", &EventsConnector::stream);
    // The subject as one encoded segment, or as the path it looks like.
    mount(router, Method::get, "/v1/subjects/{subject}/history", &EventsConnector::history);
    mount(router, Method::get, "/v1/subjects/{kind}/{id}/history", &EventsConnector::history);
    mount(router, Method::get, "/v1/subjects/{kind}/{id}/{part}/history",
          &EventsConnector::history);
  }

 private:
  using Answer = awaitable<Response> (EventsConnector::*)(const Request&);

  void mount(Router& router, Method method, const char* pattern, Answer answer) {
    router.mount({.method = method,
                  .pattern = pattern,
                  .handler = [this, answer](const Request& r) { return (this->*answer)(r); },
                  .body_limit = method == Method::post ? limits::kBatchBytes : 0});
  }

  awaitable<Response> post(const Request& request);
  using Wait = std::optional<Duration>;  // until it is mirrored
  awaitable<Response> post_one(Draft draft, Wait wait);
  awaitable<Response> post_atomic(Intake intake, Wait wait);
  awaitable<Response> post_each(Intake intake, Wait wait);
  // Waits as long as was asked for; 202: it took longer, and what was written is durable alone.
  awaitable<int> status_of(int status, Position last, Wait wait);
  awaitable<Response> page(const Request& request);
  awaitable<Response> one(const Request& request);
  awaitable<Response> stream(const Request& request);
  awaitable<Response> history(const Request& request);

  struct Listing {
    std::string events;  // a JSON array
    Position reached;
  };
  awaitable<Result<Listing>> list(EventFilter filter, PageRange range, std::size_t limit);

  Engine& engine_;
  const PayloadMappings& mappings_;
  MirroredMark& mirrored_;
  SchemaCheck schemas_;
  CloudEventReader reader_;
};

awaitable<Response> EventsConnector::post(const Request& request) {
  auto waits = mirrored_wait(request);
  if (auto* refused = std::get_if<Response>(&waits)) co_return std::move(*refused);
  const Wait wait = std::get<Wait>(waits);
  const auto atomic = request.query_value("atomic").value_or("false");
  if (atomic != "true" && atomic != "false") {
    co_return invalid_parameter("atomic", "is true or false");
  }
  auto read = read_intake(request, reader_);
  if (auto* rejection = std::get_if<Rejection>(&read)) {
    co_return refusal_response({.rejection = std::move(*rejection), .current = {}, .index = {}});
  }
  Intake& intake = std::get<Intake>(read);
  if (intake.many) {
    // Not one co_await of a conditional: g++ 12 destroys both of its awaitables.
    if (atomic == "true") co_return co_await post_atomic(std::move(intake), wait);
    co_return co_await post_each(std::move(intake), wait);
  }
  if (auto* rejection = std::get_if<Rejection>(&intake.events.front())) {
    co_return refusal_response({.rejection = std::move(*rejection), .current = {}, .index = {}});
  }
  co_return co_await post_one(std::move(std::get<Draft>(intake.events.front())), wait);
}

awaitable<int> EventsConnector::status_of(int status, Position last, Wait wait) {
  if (!wait || !mirrored_.expected()) co_return status;
  const bool mirrored = co_await mirrored_.wait_for(last, *wait);
  co_return mirrored ? status : 202;
}

awaitable<Response> EventsConnector::post_one(Draft draft, Wait wait) {
  const Sent one = sent(0, draft);
  const auto receipt = co_await append(engine_, std::move(draft));
  if (!receipt) co_return refusal_response(refusal_of(receipt.error()));
  Response response;
  response.status = co_await status_of(201, receipt->position, wait);
  JsonWriter out(response.body);
  write_receipt(*receipt, one.id, mirrored_, out);
  co_return response;
}

std::string at_line(const Intake& intake, std::size_t index) {
  return intake.lines.empty() ? "" : "line " + std::to_string(intake.lines[index]) + ": ";
}

awaitable<Response> EventsConnector::post_atomic(Intake intake, Wait wait) {
  std::vector<Draft> drafts;
  std::vector<Sent> sents;
  for (std::size_t i = 0; i < intake.events.size(); ++i) {
    if (auto* rejection = std::get_if<Rejection>(&intake.events[i])) {
      Refusal refusal{.rejection = std::move(*rejection), .current = {}, .index = {}};
      name_place(refusal, i);
      co_return refusal_response(refusal);
    }
    drafts.push_back(std::move(std::get<Draft>(intake.events[i])));
    sents.push_back(sent(i, drafts.back()));
  }
  Response response;
  JsonWriter out(response.body);
  out.begin_object().key("results").begin_array();
  if (!drafts.empty()) {
    const auto answer = co_await append_atomic(engine_, std::move(drafts));
    if (!answer.receipts) {
      const Sent& failed = sents[std::min(answer.failed_draft, sents.size() - 1)];
      Refusal refusal = refusal_of(answer.receipts.error());
      refusal.rejection.detail.insert(0, at_line(intake, failed.index));
      // What the engine as a whole cannot do is no event's fault.
      if (refusal.rejection.status < 500) name_place(refusal, failed.index);
      co_return refusal_response(refusal);
    }
    Position last;
    for (const Receipt& receipt : *answer.receipts) last = std::max(last, receipt.position);
    response.status = co_await status_of(200, last, wait);
    for (const Sent& s : sents) write_receipt((*answer.receipts)[s.index], s.id, mirrored_, out);
  }
  out.end_array().end_object();
  co_return response;
}

awaitable<Response> EventsConnector::post_each(Intake intake, Wait wait) {
  std::vector<Draft> drafts;
  std::vector<Sent> sents;
  for (std::size_t i = 0; i < intake.events.size(); ++i) {
    if (auto* draft = std::get_if<Draft>(&intake.events[i])) {
      sents.push_back(sent(i, *draft));
      drafts.push_back(std::move(*draft));
    }
  }
  const auto answers = co_await append_each(engine_, std::move(drafts));
  Position last;
  for (const auto& answer : answers) {
    if (answer) last = std::max(last, answer->position);
  }
  Response response;
  response.status = co_await status_of(200, last, wait);
  JsonWriter out(response.body);
  out.begin_object().key("results").begin_array();
  std::size_t next = 0;
  for (std::size_t i = 0; i < intake.events.size(); ++i) {
    if (auto* rejection = std::get_if<Rejection>(&intake.events[i])) {
      out.raw(refusal_json({.rejection = std::move(*rejection), .current = {}, .index = {}}));
      continue;
    }
    const auto& answer = answers[next];
    const Sent& s = sents[next++];
    if (answer) {
      write_receipt(*answer, s.id, mirrored_, out);
      continue;
    }
    Refusal refusal = refusal_of(answer.error());
    // When the engine takes nothing of it for now, the client repeats the request.
    const int status = refusal.rejection.status;
    const bool none = (status == 503 || status == 507) && answers.size() == intake.events.size() &&
                      std::ranges::none_of(answers, [](const auto& a) { return a.has_value(); });
    if (none) co_return refusal_response(refusal);
    refusal.rejection.detail.insert(0, at_line(intake, i));
    out.raw(refusal_json(refusal));
  }
  out.end_array().end_object();
  co_return response;
}

// In steps, between which other connections of this thread go on.
awaitable<Result<EventsConnector::Listing>> EventsConnector::list(EventFilter filter,
                                                                  PageRange range,
                                                                  std::size_t limit) {
  Listing listing;
  listing.reached = range.after;
  JsonWriter out(listing.events);
  out.begin_array();
  std::size_t events = 0;
  for (std::size_t examined = 0; examined < kExaminedEvents; examined += kStepEvents) {
    const auto reached =
        step(engine_, filter, listing.reached, range.last, [&](const Event& event) {
          write_cloudevent(event, mappings_, out);
          return ++events < limit && listing.events.size() < kPageBytes;
        });
    if (!reached) co_return reached.error();
    listing.reached = *reached;
    const bool full = events >= limit || listing.events.size() >= kPageBytes;
    if (full || listing.reached >= range.last) break;
    co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                               boost::asio::use_awaitable);
  }
  out.end_array();
  co_return listing;
}

awaitable<Response> EventsConnector::page(const Request& request) {
  if (!accepts(request.header("accept"), "application/json")) {
    co_return not_acceptable("application/json");
  }
  const auto limit = page_limit(request);
  if (const auto* refused = std::get_if<Response>(&limit)) co_return *refused;
  const auto range = page_range(request, engine_);
  if (const auto* refused = std::get_if<Response>(&range)) co_return *refused;
  const PageRange pages = std::get<PageRange>(range);
  auto filter = event_filter(request);
  if (const auto* refused = std::get_if<Response>(&filter)) co_return *refused;
  Response response;
  response.position = engine_.applied();
  const auto listing =
      co_await list(std::move(std::get<EventFilter>(filter)), pages, std::get<std::size_t>(limit));
  if (!listing) co_return problem(listing.error());
  JsonWriter out(response.body);
  out.begin_object().key("events").raw(listing->events).key("next");
  if (listing->reached < pages.last) {
    out.value(listing->reached);
  } else {
    out.null();
  }
  out.end_object();
  co_return response;
}

awaitable<Response> EventsConnector::one(const Request& request) {
  static constexpr std::string_view kEventType = "application/cloudevents+json";
  const std::string_view accept = request.header("accept");
  const bool as_event = accepts(accept, kEventType);
  if (!as_event && !accepts(accept, "application/json")) co_return not_acceptable(kEventType);
  const auto position = parse_position(request.param("position"));
  if (!position) co_return invalid_parameter("position", "is a whole number from 1 on");
  const Position head = engine_.applied();
  if (*position == Position(0) || *position > head) {
    co_return problem(404, "not_found",
                      "there is no event at position " + std::to_string(position->value) +
                          "; the last one is at " + std::to_string(head.value));
  }
  const auto frame = engine_.log().read(*position);
  if (!frame) co_return problem(frame.error());
  Response response;
  response.position = head;
  response.content_type = as_event ? kEventType : "application/json";
  JsonWriter out(response.body);
  write_cloudevent(decode_frame(*frame), mappings_, out);
  response.body.pop_back();
  response.body += mirrored_.has(*position) ? ",\"mirrored\":true}" : ",\"mirrored\":false}";
  co_return response;
}

awaitable<Response> EventsConnector::stream(const Request& request) {
  const auto start = stream_start(request, engine_);
  if (const auto* refused = std::get_if<Response>(&start)) co_return *refused;
  auto filter = event_filter(request);
  if (const auto* refused = std::get_if<Response>(&filter)) co_return *refused;
  co_return stream_response(
      request, [this, pieces = event_pieces(engine_, mappings_, std::get<EventFilter>(filter)),
                cursor = std::get<Position>(start)](StreamWriter& reader) {
        return follow(engine_, cursor, "", pieces, reader);
      });
}

std::string history_subject(const Request& request) {
  if (const std::string_view subject = request.param("subject"); !subject.empty()) {
    return std::string(subject);
  }
  // Several segments are the subject itself, encoded as it is kept.
  constexpr std::string_view kBefore = "/v1/subjects/", kBehind = "/history";
  const std::size_t size = request.path.size() - kBefore.size() - kBehind.size();
  return request.path.substr(kBefore.size(), size);
}

awaitable<Response> EventsConnector::history(const Request& request) {
  if (!accepts(request.header("accept"), "application/json")) {
    co_return not_acceptable("application/json");
  }
  const auto limit = page_limit(request);
  if (const auto* refused = std::get_if<Response>(&limit)) co_return *refused;
  const auto cursor = parse_position(request.query_value("cursor").value_or("0"));
  if (!cursor) co_return invalid_parameter("cursor", "is what next_cursor was");

  const std::string subject = history_subject(request);
  Response response;
  const PageRange range{*cursor, engine_.applied()};
  response.position = range.last;
  // Named: g++ 12 copies the bytes of an aggregate that is made inside a co_await.
  EventFilter filter{.subject = subject};
  const auto listing = co_await list(std::move(filter), range, std::get<std::size_t>(limit));
  if (!listing) co_return problem(listing.error());
  JsonWriter out(response.body);
  out.begin_object().key("events").raw(listing->events).key("next_cursor");
  const auto view = engine_.view("history");
  const auto more = positions_after(*view, subject, listing->reached, 1);
  if (!more.empty() && more.front() <= range.last) {
    out.value(std::to_string(listing->reached.value));
  } else {
    out.null();
  }
  out.end_object();
  co_return response;
}

}  // namespace

std::unique_ptr<Connector> make_events_connector(Router& router, Engine& engine,
                                                 const PayloadMappings& mappings,
                                                 MirroredMark& mirrored) {
  return std::make_unique<EventsConnector>(router, engine, mappings, mirrored);
}

}  // namespace syncline
