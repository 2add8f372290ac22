#include "ops/cli/http_receiver.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>

#include "ops/cli/retry_schedule.h"

namespace syncline {
namespace {

using std::chrono::seconds;

constexpr seconds kPatience{30};
// A receiver that asks for more is better come back to.
constexpr seconds kRetryAfterMax{300};

// Who waits longer for one event hears of it.
constexpr seconds kQuietWait{1};

// What every request has; a receiver that wants to can tell a replay from the first telling.
constexpr std::string_view kOwnFields =
    "Content-Type: application/cloudevents+json\r\nX-Syncline-Replay: true\r\n";

struct Receiver {
  ServerAddress address;
  std::string target;
};

Result<Receiver> receiver_from(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  const Error fault{ErrorCode::invalid,
                    "--to-http takes http://HOST[:PORT]/PATH, without a user in "
                    "it; https goes through a proxy beside it"};
  if (!url.starts_with(kScheme)) return fault;
  const std::size_t path = std::min(url.find('/', kScheme.size()), url.size());
  std::string authority = url.substr(0, path);
  const std::size_t bracket = authority.rfind(']');
  if (authority.find(':', bracket == std::string::npos ? kScheme.size() : bracket) ==
      std::string::npos) {
    authority += ":80";
  }
  auto address = server_address_from(authority);
  if (address.has_error()) return fault;
  std::string target = path == url.size() ? "/" : url.substr(path, url.find('#') - path);
  const auto printable = [](char c) { return c > 0x20 && c < 0x7F; };
  if (!std::all_of(target.begin(), target.end(), printable)) return fault;
  return Receiver{std::move(*address), std::move(target)};
}

bool is_token(std::string_view name) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

// The lines of the file, as fields of a request. What is wrong is named by its line, never shown:
// it may be a secret.
Result<std::string> fields_of(const std::string& path) {
  std::string fields(kOwnFields);
  if (path.empty()) return fields;
  std::ifstream file(path);
  if (!file) return Error{ErrorCode::not_found, "the header file " + path + " cannot be read"};
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    const auto colon = line.find(':');
    const bool text = std::all_of(line.begin(), line.end(), [](char c) {
      return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    });
    if (colon == std::string::npos || !is_token(line.substr(0, colon)) || !text) {
      return Error{ErrorCode::invalid, "line " + std::to_string(number) + " of " + path +
                                           " is no header; write `Name: value`"};
    }
    fields.append(line).append("\r\n");
  }
  return fields;
}

bool passes(int status) { return status == 408 || status == 429 || status >= 500; }

// 0: it asked for nothing, or for something that is not a number of seconds.
seconds asked_pause(const HttpAnswer& answer) {
  std::uint32_t asked = 0;
  const std::string& text = answer.retry_after;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), asked);
  return fault == std::errc() && end == text.data() + text.size() ? seconds(asked) : seconds(0);
}

}  // namespace

Result<HttpReceiver> HttpReceiver::open(const std::string& url, const std::string& header_file) {
  auto receiver = receiver_from(url);
  if (receiver.has_error()) return receiver.error();
  auto fields = fields_of(header_file);
  if (fields.has_error()) return fields.error();
  return HttpReceiver(std::move(receiver->address), std::move(receiver->target),
                      std::move(*fields));
}

Result<void> HttpReceiver::take(std::string_view event_name, std::string_view cloudevent,
                                const Pause& pause) {
  RetrySchedule retries;
  std::chrono::nanoseconds waited{0};
  bool told = false;
  const std::string event(event_name);
  while (true) {
    const auto answer = client_.post(target_, fields_, cloudevent, kPatience);
    if (answer && answer->status >= 200 && answer->status < 300) return {};
    std::string why =
        answer ? "the receiver answered " + std::to_string(answer->status) : answer.error().message;
    if (answer && !passes(answer->status)) {
      return Error{ErrorCode::refused, event + " was not taken: " + why};
    }
    const seconds asked = answer ? asked_pause(*answer) : seconds(0);
    const auto own = retries.next(rng_);
    if (!own || asked > kRetryAfterMax) {
      if (asked > seconds(0)) why += " and asks to wait " + std::to_string(asked.count()) + " s";
      return Error{ErrorCode::io, event + " was not taken: " + why};
    }
    const auto wait = std::max<std::chrono::nanoseconds>(*own, asked);
    waited += wait;
    if (!told && waited >= kQuietWait) {
      std::fprintf(stderr, "syncline: %s was not taken: %s (trying again)\n", event.c_str(),
                   why.c_str());
      told = true;
    }
    if (!pause(wait)) {
      return Error{ErrorCode::stopping, "it was ended before " + event + " was taken"};
    }
  }
}

}  // namespace syncline
