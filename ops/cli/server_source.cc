// The reading verbs on a running server: what they ask is what an operator's token may ask
// (/v1/status, /v1/views, /v1/log/export, /v1/log/verify, /v1/subjects).
#include <algorithm>

#include "connectors/json/document.h"
#include "connectors/operators/verification_json.h"
#include "ops/cli/http_client.h"
#include "ops/cli/log_source.h"

namespace syncline {
namespace {

// What reads a whole large log answers when it is done.
constexpr std::chrono::hours kWholeLogPatience{12};

Error refusal(const HttpAnswer& answer) {
  JsonDocument json;
  const auto problem = json.parse(answer.body);
  const auto detail = problem.has_error() ? std::nullopt : problem->find("detail");
  std::string message = "the server answered " + std::to_string(answer.status);
  if (detail && detail->text()) message += ": " + std::string(*detail->text());
  if (answer.status == 401 || answer.status == 403) {
    message += "; give an admin token in SYNCLINE_TOKEN or --token-file";
  }
  // A proxy says 502 while its server restarts, a server that stops says 503.
  const bool passing = answer.status >= 502 && answer.status <= 504;
  return {answer.status == 404 ? ErrorCode::not_found
          : passing            ? ErrorCode::timeout
                               : ErrorCode::refused,
          message};
}

Error not_ours(std::string_view target) {
  return {ErrorCode::invalid, "the server's answer to " + std::string(target) +
                                  " is not what syncline answers; is it another program?"};
}

// In valid JSON a line break is never inside a text.
std::string one_line(std::string_view json) {
  std::string line(json);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

class Server final : public LogSource {
 public:
  explicit Server(HttpClient client) : client_(std::move(client)) {}

  Result<LogEnd> end() override { return end_at("/v1/status"); }

  Result<void> events(Position from, Position to, const EachEvent& each) override {
    const auto head = end();
    if (head.has_error()) return head.error();
    to = std::min(to, head->position);
    if (from > to) return {};
    return lines(
        "/v1/log/export?from=" + std::to_string(from.value) + "&to=" + std::to_string(to.value),
        from, to, each);
  }

  Result<void> history(const std::string& subject, const EachEvent& each) override {
    const std::string target = "/v1/subjects/" + path_segment(subject) + "/history";
    for (std::string page = target; !page.empty();) {
      const auto answer = get(page);
      if (answer.has_error()) return answer.error();
      const auto events = answer->find("events");
      if (!events || !events->is(JsonKind::array)) return not_ours(target);
      for (const JsonValue& event : events->elements()) {
        const auto position = event.count_of("position");
        if (!position) return not_ours(target);
        if (!each(Position(*position), one_line(event.raw()))) return {};
      }
      const std::string next = std::string(answer->text_of("next_cursor"));
      page = next.empty() ? "" : target + "?cursor=" + next;
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

  Result<ViewDigest> digest(const std::string& view) override {
    return digest_at("GET", "/v1/views/" + path_segment(view) + "/digest");
  }

  Result<ViewDigest> rebuild(const std::string& view) override {
    return digest_at("POST", "/v1/views/" + path_segment(view) + "/rebuild", kWholeLogPatience);
  }

  Result<Position> wait_beyond(Position position) override {
    // The server holds the answer back until its head is there, or for some seconds.
    const std::string target = "/v1/status?min_position=" + std::to_string(position.next().value);
    const auto answer = client_.send("GET", target);
    if (answer.has_error()) return answer.error();
    if (answer->status == 504) return position;
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
    auto parsed = document_.parse(body_);
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

  Result<ViewDigest> digest_at(std::string_view method, const std::string& target,
                               std::chrono::seconds patience = std::chrono::minutes(10)) {
    const auto answer = json(client_.send(method, target, patience));
    if (answer.has_error()) return answer.error();
    const auto position = answer->count_of("position");
    if (!position) return not_ours(target);
    return ViewDigest{std::string(answer->text_of("name")),
                      static_cast<std::uint32_t>(answer->count_of("version").value_or(0)),
                      Position(*position), std::string(answer->text_of("digest"))};
  }

  // Lines of an export, one event each, contiguous: a missing end is an error.
  Result<void> lines(const std::string& target, Position from, Position to, const EachEvent& each) {
    std::string rest;
    Position next = from;
    bool wanted = true;
    const auto answer = client_.stream(target, [&](std::string_view piece) {
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

Result<Verification> verify_on_server(const Where& where, Position from,
                                      std::optional<Position> to) {
  auto address = server_address_from(where.server);
  if (address.has_error()) return address.error();
  auto token = presented_token(where);
  if (token.has_error()) return token.error();
  std::string target = "/v1/log/verify?from=" + std::to_string(from.value);
  if (to) target += "&to=" + std::to_string(to->value);
  const auto answer =
      HttpClient(std::move(*address), std::move(*token)).send("POST", target, kWholeLogPatience);
  if (answer.has_error()) return answer.error();
  if (answer->status != 200) return refusal(*answer);
  JsonDocument document;
  const auto json = document.parse(answer->body);
  const auto seen = json.has_error() ? std::nullopt : read_verification(*json);
  if (!seen) return not_ours(target);
  return *seen;
}

Result<std::unique_ptr<LogSource>> open_server(const std::string& url, std::string token) {
  auto address = server_address_from(url);
  if (address.has_error()) return address.error();
  return std::unique_ptr<LogSource>(
      std::make_unique<Server>(HttpClient(std::move(*address), std::move(token))));
}

}  // namespace syncline
