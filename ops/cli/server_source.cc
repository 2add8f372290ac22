// The reading verbs on a running server: what they ask is what an operator's token may ask
// (/v1/status, /v1/views, /v1/log/export, /v1/events).
#include <algorithm>

#include "connectors/json/document.h"
#include "connectors/past_reads.h"
#include "engine/limits.h"
#include "ops/cli/http_client.h"
#include "ops/cli/log_source.h"
#include "ops/cli/server_answer.h"
#include "ops/cli/server_job.h"

namespace syncline {
namespace {

// In valid JSON a line break is never inside a text.
std::string one_line(std::string_view json) {
  std::string line(json);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

std::string frames_target(const ExportQuery& query) {
  std::string target = "/v1/log/export?format=frames";
  if (query.from) target += "&from=" + std::to_string(query.from->value);
  if (query.to) target += "&to=" + std::to_string(query.to->value);
  for (const auto name : EventFilter::kNames) {
    const std::string value = query.filter.text(name);
    if (!value.empty()) target.append("&").append(name).append("=").append(path_segment(value));
  }
  return target;
}

// Of a page behind a position, which is its last word.
std::string page_target(const EventFilter& filter) {
  std::string target = "/v1/events?limit=" + std::to_string(limits::kPageEvents);
  for (const auto name : EventFilter::kNames) {
    const std::string value = filter.text(name);
    // There, times are called as in the rest of that API.
    const auto parameter = name == "since" ? "from" : name == "until" ? "to" : name;
    if (!value.empty()) target.append("&").append(parameter) += "=" + path_segment(value);
  }
  return target + "&after=";
}

// A page has its events in a list.
constexpr std::size_t kAnswerDepth = limits::kJsonDepth + 2;

class Server final : public LogSource {
 public:
  explicit Server(HttpClient client) : client_(std::move(client)) {}

  Result<LogEnd> end() override { return end_at("/v1/status"); }

  Result<void> events(Position from, Position to, const EachEvent& each) override {
    const auto head = end();
    if (head.has_error()) return head.error();
    to = std::min(to, head->position);
    if (from > to) return {};
    return lines("/v1/log/export?format=events&from=" + std::to_string(from.value) +
                     "&to=" + std::to_string(to.value),
                 from, to, each);
  }

  Result<void> frames(const ExportQuery& query, const FrameSink& sink) override {
    // What comes over a wire is not trusted as what lies in a folder is.
    FrameFileReader reader(
        {sink.head, [&sink](std::string_view frame, bool id_given) {
           if (const char* fault = frame_fault(frame, FrameCheck::checksum)) {
             return Result<void>(
                 Error{ErrorCode::corrupt,
                       std::string("the server sent a damaged event (") + fault + "); ask again"});
           }
           return sink.event(frame, id_given);
         }});
    Result<void> taken;
    const auto answer = client_.stream("GET", frames_target(query), "application/octet-stream",
                                       [&](std::string_view piece) {
                                         taken = reader.take(piece);
                                         return taken.has_value();
                                       });
    if (taken.has_error()) return taken;
    if (answer.has_error()) return answer.error();
    if (answer->status != 200) return refusal(*answer);
    return reader.end();
  }

  Result<void> chosen(Position from, Position to, const EventFilter& filter,
                      const EachEvent& each) override {
    const std::string target = page_target(filter);
    std::optional<std::uint64_t> after = from.value - 1;
    while (after && *after < to.value) {
      const std::string page = target + std::to_string(*after);
      const auto answer = get(page);
      if (answer.has_error()) return answer.error();
      const auto events = answer->find("events");
      if (!events || !events->is(JsonKind::array)) return not_ours(page);
      for (const JsonValue& event : events->elements()) {
        const auto position = event.count_of("position");
        if (!position) return not_ours(page);
        if (*position > to.value || !each(Position(*position), one_line(event.raw()))) return {};
      }
      after = answer->count_of("next");
    }
    return {};
  }

  Result<std::vector<ProjectionStanding>> views() override {
    const auto answer = get("/v1/views");
    if (answer.has_error()) return answer.error();
    const auto views = answer->find("views");
    if (!views || !views->is(JsonKind::array)) return not_ours("/v1/views");
    std::vector<ProjectionStanding> all;
    for (const JsonValue& view : views->elements()) {
      all.push_back({std::string(view.text_of("name")),
                     static_cast<std::uint32_t>(view.count_of("version").value_or(0)),
                     Position(view.count_of("position").value_or(0)),
                     view.count_of("lag").value_or(0)});
    }
    return all;
  }

  Result<ViewDigest> digest(const std::string& view, const std::optional<Asked>& at) override {
    std::string target = "/v1/views/" + path_segment(view) + "/digest";
    if (at) target += "?at=" + asked_text(*at);
    auto sent = client_.send("GET", target, std::chrono::minutes(10));
    if (sent && sent->status == 409) {
      Error none = refusal(*sent);
      none.message += "; --data FOLDER folds its log anew, and has a past of every view";
      return none;
    }
    const auto answer = json(std::move(sent));
    if (answer.has_error()) return of_view(answer.error(), view);
    return digest_in(*answer, target);
  }

  Result<ViewDigest> rebuild(const std::string& view, LongWork& work) override {
    std::string target = "/v1/views/" + path_segment(view) + "/rebuild";
    if (work.rate()) target += "?rate=" + std::to_string(*work.rate());
    const auto result = run_on_server(client_, target, work);
    if (result.has_error()) return of_view(result.error(), view);
    const auto digest = document_.parse(*result);
    if (digest.has_error()) return not_ours(target);
    return digest_in(*digest, target);
  }

  Result<Position> wait_beyond(Position position) override {
    // The server holds the answer back until its head is there, or for some seconds.
    const std::string target = "/v1/status?min_position=" + std::to_string(position.next().value);
    const auto answer = client_.send("GET", target);
    if (answer.has_error()) return answer.error();
    if (answer->status == 409) return position;  // nothing came
    const auto head = end_of(*answer);
    if (head.has_error()) return head.error();
    return head->position;
  }

 private:
  // Lives until the next one.
  Result<JsonValue> get(const std::string& target) { return json(client_.send("GET", target)); }

  Result<JsonValue> json(Result<HttpAnswer> answer) {
    if (answer.has_error()) return answer.error();
    if (answer->status != 200) return refusal(*answer);
    body_ = std::move(answer->body);
    auto parsed = document_.parse(body_, kAnswerDepth);
    if (parsed.has_error() || !parsed->is(JsonKind::object)) return not_ours("a question");
    return *parsed;
  }

  Result<LogEnd> end_at(const std::string& target) {
    auto answer = client_.send("GET", target);
    if (answer.has_error()) return answer.error();
    return end_of(std::move(*answer));
  }

  Result<LogEnd> end_of(HttpAnswer answer) {
    const auto status = json(std::move(answer));
    if (status.has_error()) return status.error();
    const auto log = status->find("log");
    const auto head = status->find("head");
    const auto position = head ? head->count_of("position") : std::nullopt;
    if (!log || !position) return not_ours("/v1/status");
    return LogEnd{std::string(log->text_of("identity")), Position(*position),
                  std::string(head->text_of("hash"))};
  }

  // What is not found there is the view: its answer speaks of routes, not of verbs.
  static Error of_view(const Error& error, const std::string& view) {
    return error.code == ErrorCode::not_found ? unknown_view(view) : error;
  }

  static Result<ViewDigest> digest_in(const JsonValue& answer, const std::string& target) {
    const auto position = answer.count_of("position");
    if (!position) return not_ours(target);
    return ViewDigest{std::string(answer.text_of("name")),
                      static_cast<std::uint32_t>(answer.count_of("version").value_or(0)),
                      Position(*position), std::string(answer.text_of("digest")),
                      std::string(answer.text_of("asOf"))};
  }

  // Lines of an export, one event each, contiguous: a missing end is an error.
  Result<void> lines(const std::string& target, Position from, Position to, const EachEvent& each) {
    std::string rest;
    Position next = from;
    bool wanted = true;
    const auto answer =
        client_.stream("GET", target, "application/x-ndjson", [&](std::string_view piece) {
          rest.append(piece);
          std::size_t begin = 0;
          for (auto end = rest.find('\n'); wanted && end != std::string::npos;
               end = rest.find('\n', begin)) {
            wanted = each(next, std::string_view(rest).substr(begin, end - begin));
            next = next.next();
            begin = end + 1;
          }
          rest.erase(0, begin);
          return wanted;
        });
    if (answer.has_error()) return answer.error();
    if (answer->status != 200) return refusal(*answer);
    if (wanted && next != to.next()) {
      return Error{ErrorCode::io, "the server ended the export before event " +
                                      std::to_string(to.value) + "; ask again from " +
                                      std::to_string(next.value)};
    }
    return {};
  }

  const HttpClient client_;
  std::string body_;
  JsonDocument document_;
};

}  // namespace

Result<std::unique_ptr<LogSource>> open_server(const Where& where) {
  auto client = client_for(where);
  if (client.has_error()) return client.error();
  return std::unique_ptr<LogSource>(std::make_unique<Server>(std::move(*client)));
}

}  // namespace syncline
