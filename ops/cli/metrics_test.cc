#include "ops/cli/metrics.h"

#include <thread>

#include <gmock/gmock.h>

namespace syncline {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

void answer(Metrics& metrics, Method method, std::string_view pattern, int status,
            milliseconds took) {
  Request request;
  request.method = method;
  Response response;
  response.status = status;
  metrics.answered(request, pattern, response, took);
}

TEST(Metrics, CountsWhatHappened) {
  Logs logs(LogFormat::json, LogLevel::error);
  Metrics metrics(logs);
  metrics.committed(3, 1200, milliseconds(2));
  metrics.committed(1, 400, milliseconds(2));
  metrics.answered(milliseconds(4));
  answer(metrics, Method::post, "/v1/events", 201, milliseconds(5));
  answer(metrics, Method::post, "/v1/events", 201, milliseconds(5));
  answer(metrics, Method::get, "", 404, milliseconds(1));
  metrics.refused("limit");
  metrics.failed("/r", "rate_limited");

  const std::string text = metrics.text({.head = 4,
                                         .log_closed = true,
                                         .disk_free = 700,
                                         .disk_reserve = 500,
                                         .queued = 7,
                                         .connections = 2,
                                         .projection_lag = {{"sessions", 1}},
                                         .past_lag = {{"sessions", 3}},
                                         .sessions = {{"active", 5}},
                                         .presences = {{"pms", 3}}});
  for (const char* line :
       {"syncline_commit_events_sum 4",
        "syncline_commit_events_count 2",
        "syncline_commit_events_bucket{le=\"1\"} 1",
        "syncline_committed_bytes_total 1600",
        "syncline_commit_sync_seconds_count 2",
        "syncline_append_seconds_count 1",
        "syncline_http_requests_total{method=\"POST\",route=\"/v1/events\",status=\"201\"} 2",
        "syncline_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
        "syncline_http_request_seconds_count{route=\"/v1/events\"} 2",
        "syncline_http_refused_total{reason=\"limit\"} 1",
        "syncline_http_refused_total{reason=\"truncated\"} 0",
        "syncline_queue_drafts 7",
        "syncline_log_head_position 4",
        "syncline_log_closed 1",
        "syncline_disk_free_bytes 700",
        "syncline_disk_reserve_bytes 500",
        "syncline_projection_lag_events{projection=\"sessions\"} 1",
        "syncline_past_lag_events{projection=\"sessions\"} 3",
        "syncline_http_problems_total{code=\"rate_limited\",route=\"/r\"} 1",
        "syncline_presences{module=\"pms\"} 3",
        "syncline_sessions{status=\"active\"} 5",
        "syncline_http_connections 2"}) {
    EXPECT_THAT(text, HasSubstr(std::string("\n") + line + "\n"));
  }
  EXPECT_THAT(text, HasSubstr("version=\"" SYNCLINE_VERSION "\""));
  EXPECT_THAT(text, Not(HasSubstr("process_open_fds 0\n")));
  EXPECT_THAT(text, Not(HasSubstr("process_resident_memory_bytes 0\n")));
}

TEST(Metrics, GaugesFollow) {
  Logs logs(LogFormat::json, LogLevel::error);
  Metrics metrics(logs);
  Instant now;
  now.head = 1;
  EXPECT_THAT(metrics.text(now), HasSubstr("\nsyncline_log_head_position 1\n"));
  now.head = 2;
  EXPECT_THAT(metrics.text(now), HasSubstr("\nsyncline_log_head_position 2\n"));
}

// More (route, status) pairs than the table has slots, from several threads: none is lost.
TEST(Metrics, CountsEveryRouteFromEveryThread) {
  constexpr int kThreads = 4;
  constexpr int kRoutes = 300;
  constexpr int kStatuses = 5;
  Logs logs(LogFormat::json, LogLevel::error);
  Metrics metrics(logs);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&metrics] {
      for (int i = 0; i < kRoutes * kStatuses; ++i) {
        answer(metrics, Method::get, "/r" + std::to_string(i % kRoutes), 200 + i / kRoutes,
               milliseconds(1));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const std::string text = metrics.text({});
  for (int i = 0; i < kRoutes * kStatuses; ++i) {
    EXPECT_THAT(text, HasSubstr("syncline_http_requests_total{method=\"GET\",route=\"/r" +
                                std::to_string(i % kRoutes) + "\",status=\"" +
                                std::to_string(200 + i / kRoutes) + "\"} 4\n"));
  }
}

}  // namespace
}  // namespace syncline
