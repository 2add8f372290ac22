// Whoever takes replayed events over HTTP: each is posted as one structured CloudEvent, one at a
// time. What fails in passing is tried again; what is refused ends the replay. One thread, which it
// blocks.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/error.h"
#include "engine/rng.h"
#include "ops/cli/http_client.h"

namespace syncline {

// Waits; false: the person wants it to end.
using Pause = std::function<bool(std::chrono::nanoseconds)>;

class HttpReceiver {
 public:
  // `url`: http://host[:port]/path. `header_file`: "" is none.
  static Result<HttpReceiver> open(const std::string& url, const std::string& header_file);

  // The receiver has taken it when this returns. Errors name the event: refused (it will not), io
  // (it did not within the budget of retries), stopping.
  Result<void> take(std::string_view event_name, std::string_view cloudevent, const Pause& pause);

 private:
  HttpReceiver(ServerAddress address, std::string target, std::string fields)
      : client_(std::move(address), ""), target_(std::move(target)), fields_(std::move(fields)) {}

  HttpClient client_;
  std::string target_;
  std::string fields_;  // of each request, with their line ends
  SystemRng rng_;
};

}  // namespace syncline
