#include "bench/load/wire.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace syncline::load {
namespace {

const EventShape kShape{"0123456789abcdef", 300};

struct Case {
  const char* name;
  Wire wire;
  std::string good;  // one answer
  std::string bad;
};

std::string http(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

std::string postgres_message(char type, const std::string& fields) {
  return std::string(1, type) + std::string(3, '\0') + static_cast<char>(4 + fields.size()) +
         fields;
}

std::vector<Case> cases() {
  const std::string receipt = R"({"position":7})";
  const std::string problem = R"({"status":422})";
  const std::string ready = postgres_message('Z', "I");
  return {
      {"http", http_wire(kShape, "t", 1, 1), http("201 Created", receipt),
       http("422 Unprocessable Entity", problem)},
      {"lower case", http_wire(kShape, "t", 1, 1),
       "HTTP/1.1 201 Created\r\ncontent-length: 14\r\nx: y\r\n\r\n" + receipt,
       "HTTP/1.1 201 Created\r\n\r\n"},
      {"batch", http_wire(kShape, "t", 2, 1),
       http("200 OK", R"({"results":[)" + receipt + "," + receipt + "]}"),
       http("200 OK", R"({"results":[)" + receipt + "," + problem + "]}")},
      {"heartbeat", heartbeat_wire({"t"}), http("200 OK", R"({"success":true,"userId":7})"),
       http("401 Unauthorized", R"({"error":"Authentication required"})")},
      {"redis", redis_wire(kShape, 1), "$3\r\n1-0\r\n", "-ERR no\r\n"},
      {"postgres", postgres_wire(kShape, "u", "d", 1),
       postgres_message('2', "") + postgres_message('C', "INSERT 0 1") + ready,
       postgres_message('2', "") + postgres_message('E', "Mno") + ready},
  };
}

TEST(Wire, ReadsAnAnswerOnlyWhenAllOfItIsThere) {
  for (const Case& c : cases()) {
    for (std::size_t size = 0; size < c.good.size(); ++size) {
      const Answer cut = c.wire.read(std::string_view(c.good).substr(0, size));
      EXPECT_TRUE(cut.good && cut.size == 0) << c.name << " at " << size;
    }
    const Answer whole = c.wire.read(c.good + c.good);
    EXPECT_TRUE(whole.good) << c.name;
    EXPECT_EQ(whole.size, c.good.size()) << c.name;
  }
}

TEST(Wire, NoticesABadAnswer) {
  for (const Case& c : cases()) EXPECT_FALSE(c.wire.read(c.bad).good) << c.name;
}

TEST(Wire, DataHasTheSizeAsked) {
  EXPECT_EQ(event_data(kShape).size(), 300u);
  EXPECT_THROW(event_data({"", 10}), std::logic_error);
}

TEST(Exchange, EachEventHasAnIdOfItsOwn) {
  Exchange exchange(event_id(kShape) + event_subject() + "|" + event_id(kShape) + event_subject(),
                    1, 2);
  std::uint64_t next = 0xfe;
  exchange.renumber(next);
  EXPECT_EQ(exchange.bytes(),
            "0123456789abcdef00000000000000feorder/0000254|"
            "0123456789abcdef00000000000000fforder/0000255");
  exchange.renumber(next);
  EXPECT_EQ(next, 0x102u);
  EXPECT_TRUE(exchange.bytes().starts_with("0123456789abcdef0000000000000100order/0000256|"));
  EXPECT_THROW(Exchange("no id", 1, 1), std::logic_error);
}

TEST(Exchange, SendersTakeTurns) {
  const auto senders =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"anna", "bela"});
  Exchange exchange("Bearer anna!", senders);
  std::uint64_t next = 1;
  exchange.renumber(next);
  EXPECT_EQ(exchange.bytes(), "Bearer bela!");
  exchange.renumber(next);
  EXPECT_EQ(exchange.bytes(), "Bearer anna!");
  EXPECT_THROW(Exchange("Bearer otto!", senders), std::logic_error);
}

}  // namespace
}  // namespace syncline::load
