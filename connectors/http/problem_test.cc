#include "connectors/http/problem.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

TEST(Problem, HasTheMembersOfRfc9457) {
  EXPECT_EQ(problem_json(404, "not_found", "no \"x\""),
            R"({"type":"about:blank","title":"Not Found","status":404,"code":"not_found",)"
            R"("detail":"no \"x\""})");
  EXPECT_EQ(
      problem_json(422, "invalid", "bad", {{"/a/0", "is missing"}}),
      R"({"type":"about:blank","title":"Unprocessable Content","status":422,)"
      R"("code":"invalid","detail":"bad","errors":[{"pointer":"/a/0","detail":"is missing"}]})");
  const Response response = problem(404, "not_found", "no");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.content_type, "application/problem+json");
}

TEST(Problem, GivesEachErrorItsStatus) {
  const std::pair<ErrorCode, int> statuses[] = {
      {ErrorCode::invalid, 422},          {ErrorCode::not_found, 404},  {ErrorCode::conflict, 409},
      {ErrorCode::version_mismatch, 412}, {ErrorCode::refused, 409},    {ErrorCode::too_large, 413},
      {ErrorCode::queue_full, 503},       {ErrorCode::log_closed, 503}, {ErrorCode::stopping, 503},
      {ErrorCode::corrupt, 500},          {ErrorCode::io, 500},         {ErrorCode::timeout, 504},
      {ErrorCode::disk_full, 507},
  };
  for (const auto& [code, status] : statuses) {
    const Response response = problem(Error{code, "why"});
    EXPECT_EQ(response.status, status) << name(code);
    const bool retry = !response.headers.empty() && response.headers[0].first == "retry-after";
    EXPECT_EQ(retry, status == 503 || status == 507) << name(code);
  }
}

TEST(Problem, KeepsTheInsideOfTheServerToItself) {
  const Response response = problem(Error{ErrorCode::io, "/var/lib/secret: permission denied"});
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST(Problem, NamesTheEventThatCannotBeReadAndNoFile) {
  const Response response =
      problem(Error{.code = ErrorCode::io,
                    .message = "reading event 7 of /var/lib/secret failed: bad disk",
                    .event = Position(7)});
  EXPECT_EQ(response.status, 500);
  EXPECT_NE(response.body.find(R"("code":"unreadable","detail":"event 7 cannot)"),
            std::string::npos);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace syncline
