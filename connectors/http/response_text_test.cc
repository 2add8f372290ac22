#include "connectors/http/response_text.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

HeadWords words(BodyEnd end = BodyEnd::length) {
  return {.date = "D", .request_id = "r", .position = Position(7), .end = end};
}

std::string head(const Response& response, const HeadWords& w) {
  std::string out;
  append_head(out, response, w);
  return out;
}

TEST(AppendHead, WritesStatusFieldsAndEmptyLine) {
  Response response;
  response.status = 201;
  response.body = "{}";
  response.headers = {{"etag", "\"7\""}};
  EXPECT_EQ(
      head(response, words()),
      "HTTP/1.1 201 Created\r\ndate: D\r\ncontent-type: application/json\r\n"
      "content-length: 2\r\nx-request-id: r\r\nx-syncline-position: 7\r\netag: \"7\"\r\n\r\n");
}

TEST(AppendHead, SaysHowTheBodyEnds) {
  const Response response;
  EXPECT_NE(head(response, words(BodyEnd::chunked)).find("transfer-encoding: chunked\r\n"),
            std::string::npos);
  const std::string closed = head(response, words(BodyEnd::close));
  EXPECT_EQ(closed.find("transfer-encoding"), std::string::npos);
  EXPECT_EQ(closed.find("content-length"), std::string::npos);
}

TEST(AppendHead, GivesNoLengthWhereThereIsNoBody) {
  for (const int status : {204, 304}) {
    Response response;
    response.status = status;
    EXPECT_EQ(head(response, words()).find("content-"), std::string::npos) << status;
  }
}

TEST(AppendHead, LetsNoValueBecomeALine) {
  Response response;
  response.headers = {{"x-echo", "a\r\nset-cookie: b"}};
  EXPECT_NE(head(response, words()).find("x-echo: a  set-cookie: b\r\n"), std::string::npos);
}

TEST(HttpDate, IsAnImfFixdate) {
  EXPECT_EQ(http_date(Time(std::chrono::seconds(784'111'777))), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(Time(Duration(1'709'164'800'999'999))), "Thu, 29 Feb 2024 00:00:00 GMT");
}

}  // namespace
}  // namespace syncline
