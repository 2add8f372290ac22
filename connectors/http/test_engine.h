// What the tests of this folder stand on: a real engine in a folder of its own, open routes with
// fake handlers, and metrics that remember.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <string>

#include "connectors/http/router.h"
#include "tests/fakes.h"
#include "tests/temp_folder.h"

namespace syncline {

class CountedMetrics final : public HttpMetrics {
 public:
  void answered(const Request&, std::string_view pattern, const Response& response,
                std::chrono::nanoseconds) override {
    const std::lock_guard lock(mutex_);
    ++answers_[std::string(pattern) + " " + std::to_string(response.status)];
  }
  void failed(std::string_view pattern, std::string_view code) override {
    const std::lock_guard lock(mutex_);
    ++failures_[std::string(pattern) + " " + std::string(code)];
  }
  void refused(std::string_view reason) override {
    SYNCLINE_CHECK(std::ranges::count(kRefusedReasons, reason) == 1);
    const std::lock_guard lock(mutex_);
    ++refusals_[std::string(reason)];
  }
  int answers(const std::string& pattern_and_status) {
    const std::lock_guard lock(mutex_);
    return answers_[pattern_and_status];
  }
  int failures(const std::string& pattern_and_code) {
    const std::lock_guard lock(mutex_);
    return failures_[pattern_and_code];
  }
  int refusals(const std::string& reason) {
    const std::lock_guard lock(mutex_);
    return refusals_[reason];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, int> answers_;
  std::map<std::string, int> failures_;
  std::map<std::string, int> refusals_;
};

struct TestEngine {
  TempFolder folder;
  FakeClock clock;
  SeededRng rng{1};
  std::unique_ptr<Engine> engine = open();
  Authenticator authenticator{keys(), KeyRing(keys()), clock};
  CountedMetrics metrics;
  Router router{RouterOptions{{"http://localhost:3003"}}, *engine, authenticator, metrics};

  std::unique_ptr<Engine> open() {
    EngineOptions options;
    options.data = folder / "data";
    options.node = OriginId::from("a").value();
    options.clock = &clock;
    options.rng = &rng;
    options.sync = false;
    return Engine::open(std::move(options), {}).value();
  }
  static AuthOptions keys() {
    AuthOptions options;
    options.jwt_secret = "a secret of at least 32 bytes for tests";
    options.api_keys = {
        {"centcom", "the key of centcom in these tests", {"sessions:write"}, ""},
        {"operator", "the operator's key in tests", {"events:read", "events:write"}, ""}};
    return options;
  }
  void append_one() { (void)engine->append(one_draft(test_draft("", "test/1", "{}"))).value(); }
};

// A handler that answers at once.
inline Handler answers(std::function<Response(const Request&)> make) {
  struct Answer {
    static boost::asio::awaitable<Response> run(std::function<Response(const Request&)> f,
                                                const Request& request) {
      co_return f(request);
    }
  };
  return [make = std::move(make)](const Request& request) { return Answer::run(make, request); };
}

inline Handler says(std::string text) {
  return answers([text = std::move(text)](const Request&) {
    Response response;
    response.content_type = "text/plain";
    response.body = text;
    return response;
  });
}

}  // namespace syncline
