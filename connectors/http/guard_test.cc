#include "connectors/http/guard.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/limits.h"

namespace syncline {
namespace {

using Verdict = HeadGuard::Verdict;

struct Case {
  const char* what;
  std::string bytes;
  int status;  // of the refusal; 0: complete, -1: more is wanted
};

std::string get(const std::string& lines) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
}
std::string post(const std::string& lines) {
  return "POST /v1/events HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
}
std::string line(const std::string& request_line) { return request_line + "\r\nHost: a\r\n\r\n"; }
std::string with_nul(std::string text, char mark) {
  for (char& c : text)
    if (c == mark) c = '\0';
  return text;
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      // Where the body ends.
      {"no body", get(""), 0},
      {"one length", post("Content-Length: 5\r\n"), 0},
      {"length zero", post("Content-Length: 0\r\n"), 0},
      {"chunked", post("Transfer-Encoding: chunked\r\n"), 0},
      {"chunked in capitals", post("TRANSFER-ENCODING: CHUNKED\r\n"), 0},
      {"chunked behind a tab", post("Transfer-Encoding:\tchunked\t\r\n"), 0},
      {"equal lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
      {"other lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
      {"length list", post("Content-Length: 5, 5\r\n"), 400},
      {"length with sign", post("Content-Length: +5\r\n"), 400},
      {"negative length", post("Content-Length: -5\r\n"), 400},
      {"hex length", post("Content-Length: 0x5\r\n"), 400},
      {"length with point", post("Content-Length: 5.0\r\n"), 400},
      {"length with space", post("Content-Length: 5 5\r\n"), 400},
      {"empty length", post("Content-Length:\r\n"), 400},
      {"length overflows", post("Content-Length: 18446744073709551616\r\n"), 400},
      {"length then coding", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
      {"coding then length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
      {"length zero and coding", post("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"), 400},
      {"coding twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
      {"chunked, chunked", post("Transfer-Encoding: chunked, chunked\r\n"), 400},
      {"identity", post("Transfer-Encoding: identity\r\n"), 400},
      {"chunked, identity", post("Transfer-Encoding: chunked, identity\r\n"), 400},
      {"xchunked", post("Transfer-Encoding: xchunked\r\n"), 400},
      {"quoted chunked", post("Transfer-Encoding: \"chunked\"\r\n"), 400},
      {"chunked with parameter", post("Transfer-Encoding: chunked;q=1\r\n"), 400},
      {"empty coding", post("Transfer-Encoding:\r\n"), 400},
      {"comma before chunked", post("Transfer-Encoding: , chunked\r\n"), 400},
      {"vertical tab before chunked",
       post("Transfer-Encoding: \x0B"
            "chunked\r\n"),
       400},
      {"gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n"), 501},
      {"gzip alone", post("Transfer-Encoding: gzip\r\n"), 400},
      {"coding in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      // Lines.
      {"bare LF behind the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
      {"bare LF behind a header", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
      {"bare LF as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
      {"bare CR in a value", get("X: a\rb\r\n"), 400},
      {"bare CR as line end", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400},
      {"CR CR LF", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400},
      {"folded by space", get("X: a\r\n b\r\n"), 400},
      {"folded by tab", get("X: a\r\n\tb\r\n"), 400},
      {"folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"folded coding", post("Transfer-Encoding:\r\n chunked\r\n"), 400},
      {"space before the colon", post("Content-Length : 5\r\n"), 400},
      {"tab before the colon", post("Transfer-Encoding\t: chunked\r\n"), 400},
      {"no colon", get("nonsense\r\n"), 400},
      {"no name", get(": a\r\n"), 400},
      {"space in a name", get("X Y: a\r\n"), 400},
      {"brackets in a name", get("X[]: a\r\n"), 400},
      {"NUL in a name", with_nul(get("X~Y: a\r\n"), '~'), 400},
      {"NUL in a value", with_nul(get("X: a~b\r\n"), '~'), 400},
      {"bell in a value", get("X: \x07\r\n"), 400},
      {"DEL in a value", get("X: \x7F\r\n"), 400},
      {"name beyond ASCII", get("X\xC3\xA9: a\r\n"), 400},
      {"value beyond ASCII", get("X: \xC3\xA9\r\n"), 0},
      {"empty value", get("X:\r\n"), 0},
      {"one empty line in front", "\r\n" + get(""), 0},
      {"two empty lines in front", "\r\n\r\n" + get(""), 400},
      {"bare LF in front", "\n" + get(""), 400},
      // Request line.
      {"no version", line("GET /"), 400},
      {"two spaces", line("GET  / HTTP/1.1"), 400},
      {"space behind", line("GET / HTTP/1.1 "), 400},
      {"space in front", " " + get(""), 400},
      {"tab between", line("GET\t/ HTTP/1.1"), 400},
      {"space in the URL", line("GET /a b HTTP/1.1"), 400},
      {"only a word", line("GET"), 400},
      {"method with a bracket", line("G(T / HTTP/1.1"), 400},
      {"unknown method", line("BREW / HTTP/1.1"), 0},
      {"TRACE", line("TRACE / HTTP/1.1"), 0},
      {"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 0},
      {"HTTP/1.2", line("GET / HTTP/1.2"), 505},
      {"HTTP/2.0", line("GET / HTTP/2.0"), 505},
      {"HTTP/0.9", line("GET / HTTP/0.9"), 505},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"http in lower case", line("GET / http/1.1"), 400},
      {"version of three digits", line("GET / HTTP/1.10"), 400},
      {"version without point", line("GET / HTTP/11"), 400},
      {"TLS hello", "\x16\x03\x01\x02", 400},
      {"URL with control", line("GET /\x01 HTTP/1.1"), 400},
      {"URL beyond ASCII", line("GET /\xC3\xA9 HTTP/1.1"), 400},
      {"URL with NUL", with_nul(line("GET /~ HTTP/1.1"), '~'), 400},
      {"URL with fragment", line("GET /#a HTTP/1.1"), 400},
      {"URL without slash", line("GET a HTTP/1.1"), 400},
      {"asterisk", line("OPTIONS * HTTP/1.1"), 0},
      {"asterisk for GET", line("GET * HTTP/1.1"), 400},
      {"absolute", line("GET http://a/b?c HTTP/1.1"), 0},
      {"absolute, other host", line("GET http://b/ HTTP/1.1"), 400},
      {"absolute without path", line("GET http://a HTTP/1.1"), 400},
      {"absolute with user", line("GET http://u@a/ HTTP/1.1"), 400},
      {"absolute, other scheme", line("GET ftp://a/ HTTP/1.1"), 400},
      {"CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 0},
      {"CONNECT with path", line("CONNECT /a HTTP/1.1"), 400},
      // Host and the rest.
      {"no Host in 1.1", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", get("Host: a\r\n"), 400},
      {"two Hosts in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"Host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"Host with user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
      {"Host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
      {"Host with port", "GET / HTTP/1.1\r\nHost: [::1]:3594\r\n\r\n", 0},
      {"two Content-Types", post("Content-Type: a/b\r\ncontent-type: a/b\r\n"), 400},
      {"expectation", post("Expect: 100-continue\r\nContent-Length: 1\r\n"), 0},
      {"other expectation", post("Expect: cake\r\n"), 417},
      {"bad Connection", get("Connection: a b\r\n"), 400},
      // Sizes.
      {"longest URL", line("GET /" + std::string(limits::kUrlBytes - 1, 'a') + " HTTP/1.1"), 0},
      {"URL too long", line("GET /" + std::string(limits::kUrlBytes, 'a') + " HTTP/1.1"), 414},
      {"long method before a long URL",
       line(std::string(100, 'M') + " /" + std::string(limits::kUrlBytes - 20, 'a') + " HTTP/1.1"),
       414},
      {"endless URL", "GET /" + std::string(limits::kUrlBytes + 100, 'a'), 414},
      {"many headers", get([] {
         std::string lines;
         for (std::size_t i = 0; i < limits::kHeaderFields; ++i) lines += "X: a\r\n";
         return lines;
       }()),
       431},
      {"largest head", get("X: " + std::string(limits::kHeaderBytes - 32, 'a') + "\r\n"), 0},
      {"head too large", get("X: " + std::string(limits::kHeaderBytes - 31, 'a') + "\r\n"), 431},
      {"endless header", "GET / HTTP/1.1\r\nX: " + std::string(limits::kHeaderBytes, 'a'), 431},
      // Not yet.
      {"nothing", "", -1},
      {"half a line", "GET / HT", -1},
      {"no empty line", "GET / HTTP/1.1\r\nHost: a\r\n", -1},
      {"half an empty line", "GET / HTTP/1.1\r\nHost: a\r\n\r", -1},
  };
  return all;
}

int outcome(const HeadGuard& guard, Verdict verdict) {
  if (verdict == Verdict::more) return -1;
  return verdict == Verdict::complete ? 0 : guard.refusal().status;
}

TEST(HeadGuard, SaysWhatItThinksOfEachHead) {
  for (const Case& c : cases()) {
    HeadGuard guard;
    const Verdict verdict = guard.read(c.bytes);
    EXPECT_EQ(outcome(guard, verdict), c.status) << c.what << ": " << guard.refusal().reason;
  }
}

// However the network cuts the bytes, the verdict is the same.
TEST(HeadGuard, SaysTheSameByteByByte) {
  for (const Case& c : cases()) {
    HeadGuard guard;
    Verdict verdict = Verdict::more;
    std::size_t size = 0;
    while (verdict == Verdict::more && size < c.bytes.size())
      verdict = guard.read(std::string_view(c.bytes).substr(0, ++size));
    EXPECT_EQ(outcome(guard, verdict), c.status) << c.what << ": " << guard.refusal().reason;
  }
}

TEST(HeadGuard, TakesTheHeadApart) {
  const std::string bytes =
      "PATCH /a/b%20c?d=e&f HTTP/1.1\r\nHost: example:1\r\nX-One:  two three \r\n"
      "Content-Length: 0012\r\nExpect: 100-Continue\r\nConnection: x, Close\r\n\r\nbody";
  HeadGuard guard;
  ASSERT_EQ(guard.read(bytes), Verdict::complete) << guard.refusal().reason;
  const RequestHead& head = guard.head();
  EXPECT_EQ(head.method, "PATCH");
  EXPECT_EQ(head.target, "/a/b%20c?d=e&f");
  EXPECT_EQ(head.path, "/a/b%20c");
  EXPECT_EQ(head.query, "d=e&f");
  EXPECT_EQ(head.body, RequestHead::Body::sized);
  EXPECT_EQ(head.content_length, 12u);
  EXPECT_TRUE(head.expects_continue);
  EXPECT_FALSE(head.keep_alive);
  ASSERT_EQ(head.fields.size(), 5u);
  EXPECT_EQ(head.fields[1].name, "X-One");
  EXPECT_EQ(head.fields[1].value, "two three");
  EXPECT_EQ(bytes.substr(head.size), "body");
}

TEST(HeadGuard, TakesThePathOutOfAnAbsoluteUrl) {
  HeadGuard guard;
  const std::string bytes = line("GET http://A/b?c HTTP/1.1");
  ASSERT_EQ(guard.read(bytes), Verdict::complete) << guard.refusal().reason;
  EXPECT_EQ(guard.head().path, "/b");
  EXPECT_EQ(guard.head().query, "c");
}

TEST(HeadGuard, KeepsAliveByVersion) {
  const std::pair<std::string, bool> versions[] = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
      {"GET / HTTP/1.0\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, close\r\n\r\n", false},
  };
  for (const auto& [bytes, keep_alive] : versions) {
    HeadGuard guard;
    ASSERT_EQ(guard.read(bytes), Verdict::complete);
    EXPECT_EQ(guard.head().keep_alive, keep_alive) << bytes;
  }
}

TEST(HeadGuard, KnowsNothingOfTheRequestBefore) {
  HeadGuard guard;
  const std::string first = post("Content-Length: 5\r\nConnection: close\r\n");
  ASSERT_EQ(guard.read(first), Verdict::complete);
  guard.reset();
  const std::string second = post("Transfer-Encoding: chunked\r\n");
  ASSERT_EQ(guard.read(second), Verdict::complete) << guard.refusal().reason;
  EXPECT_EQ(guard.head().body, RequestHead::Body::chunked);
  EXPECT_EQ(guard.head().content_length, 0u);
  EXPECT_TRUE(guard.head().keep_alive);
  EXPECT_EQ(guard.head().fields.size(), 2u);
}

}  // namespace
}  // namespace syncline
