#include "ops/cli/http_answer.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

using State = HttpAnswerReader::State;

struct Taken {
  State state = State::more;
  int status = 0;
  std::string body;
};

// In pieces of `step` bytes, then the end of the connection.
Taken take(std::string_view answer, std::size_t step) {
  HttpAnswerReader reader;
  Taken taken;
  const auto body = [&](std::string_view piece) {
    taken.body.append(piece);
    return true;
  };
  for (std::size_t at = 0; at < answer.size() && taken.state == State::more; at += step) {
    taken.state = reader.take(answer.substr(at, step), body);
  }
  if (taken.state == State::more) taken.state = reader.end();
  taken.status = reader.status();
  return taken;
}

struct Case {
  const char* answer;
  State state;
  int status;
  const char* body;
};

TEST(HttpAnswerReader, TakesAnswersInPiecesOfAnySize) {
  const Case cases[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", State::done, 200, "hello"},
      {"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n", State::done, 204, ""},
      {"HTTP/1.1 204 No Content\r\n\r\n", State::done, 204, ""},
      {"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", State::done, 200, "hello"},
      {"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\nto the end", State::done, 404,
       "to the end"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nb;x=1\r\n, the world\r\n"
       "0\r\n\r\n",
       State::done, 200, "hello, the world"},
      {"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nX-Trailer: 1\r\n\r\n",
       State::done, 200, ""},
  };
  for (const Case& c : cases) {
    for (std::size_t step = 1; step <= std::string_view(c.answer).size(); ++step) {
      const Taken taken = take(c.answer, step);
      EXPECT_EQ(taken.state, c.state) << c.answer << " by " << step;
      EXPECT_EQ(taken.status, c.status) << c.answer << " by " << step;
      EXPECT_EQ(taken.body, c.body) << c.answer << " by " << step;
    }
  }
}

TEST(HttpAnswerReader, WhatBreaksOffIsBroken) {
  for (const char* answer :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "HTTP/1.1 OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"}) {
    EXPECT_EQ(take(answer, 7).state, State::broken) << answer;
  }
}

TEST(HttpAnswerReader, SaysWhenToAskAgain) {
  HttpAnswerReader reader;
  const auto all = [](std::string_view) { return true; };
  EXPECT_EQ(reader.take("HTTP/1.1 503 Busy\r\nRETRY-AFTER:  7 \r\nContent-Length: 0\r\n\r\n", all),
            State::done);
  EXPECT_EQ(reader.retry_after(), "7");
}

TEST(HttpAnswerReader, StopsWhenNobodyWantsMore) {
  HttpAnswerReader reader;
  int pieces = 0;
  const auto state = reader.take("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                                 [&](std::string_view) { return ++pieces > 1; });
  EXPECT_EQ(state, State::stopped);
  EXPECT_EQ(pieces, 1);
}

}  // namespace
}  // namespace syncline
