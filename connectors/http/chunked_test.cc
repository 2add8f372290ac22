#include "connectors/http/chunked.h"

#include <gtest/gtest.h>

#include "engine/limits.h"

namespace syncline {
namespace {

constexpr std::size_t kLimit = 1000;

struct Case {
  const char* what;
  std::string bytes;
  int status;  // of the refusal; 0: complete, -1: more is wanted
  std::string body;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"empty", "0\r\n\r\n", 0, ""},
      {"one chunk", "5\r\nhello\r\n0\r\n\r\n", 0, "hello"},
      {"two chunks", "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", 0, "hello!"},
      {"hex in both cases", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", 0,
       "01234567890123456789"},
      {"leading zeros", "0005\r\nhello\r\n000\r\n\r\n", 0, "hello"},
      {"line ends inside", "4\r\n\r\n\r\n\r\n0\r\n\r\n", 0, "\r\n\r\n"},
      {"extension", "5;a=b;c=\"d\"\r\nhello\r\n0;x\r\n\r\n", 0, "hello"},
      {"trailers", "0\r\nX-Check: 1\r\nY: 2\r\n\r\n", 0, ""},
      {"no size", "\r\nhello\r\n0\r\n\r\n", 400, ""},
      {"not hex", "g\r\n", 400, ""},
      {"0x", "0x5\r\nhello\r\n", 400, ""},
      {"sign", "+5\r\nhello\r\n", 400, ""},
      {"minus", "-5\r\nhello\r\n", 400, ""},
      {"space in front", " 5\r\nhello\r\n", 400, ""},
      {"space behind", "5 \r\nhello\r\n", 400, ""},
      {"space before the extension", "5 ;a\r\nhello\r\n", 400, ""},
      {"underscore", "5_0\r\n", 400, ""},
      {"overflow", "10000000000000005\r\nhello\r\n", 400, ""},
      {"huge", "ffffffffffffffff\r\n", 413, ""},
      {"bare LF behind the size", "5\nhello\r\n0\r\n\r\n", 400, ""},
      {"bare LF behind an extension", "5;a\nhello\r\n0\r\n\r\n", 400, ""},
      {"bare CR in an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n", 400, ""},
      {"control in an extension", "5;\x01\r\nhello\r\n0\r\n\r\n", 400, ""},
      {"bare LF behind the data", "5\r\nhello\n0\r\n\r\n", 400, "hello"},
      {"data longer than its size", "5\r\nhelloworld\r\n0\r\n\r\n", 400, "hello"},
      {"data shorter than its size", "6\r\nhello\r\n0\r\n\r\n", 400, "hello\r"},
      {"bare LF at the end", "0\r\n\n", 400, ""},
      {"bare LF behind a trailer", "0\r\nX: 1\n\r\n", 400, ""},
      {"folded trailer", "0\r\nX: 1\r\n 2\r\n\r\n", 400, ""},
      {"trailer without colon", "0\r\nnonsense\r\n\r\n", 400, ""},
      {"length as trailer", "0\r\nContent-Length: 5\r\n\r\n", 400, ""},
      {"coding as trailer", "0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, ""},
      {"Host as trailer", "0\r\nhost: a\r\n\r\n", 400, ""},
      {"long size line", "0;" + std::string(limits::kChunkLineBytes, 'a') + "\r\n\r\n", 400, ""},
      {"endless size", std::string(limits::kChunkLineBytes + 10, '0'), 400, ""},
      {"long trailers", "0\r\nX: " + std::string(limits::kHeaderBytes, 'a'), 431, ""},
      {"many trailers",
       [] {
         std::string bytes = "0\r\n";
         while (bytes.size() < limits::kHeaderBytes + 100) bytes += "X: 1\r\n";
         return bytes;
       }(),
       431, ""},
      {"over the limit", "3e9\r\n", 413, ""},
      {"over the limit in pieces", "3e8\r\n" + std::string(1000, 'a') + "\r\n1\r\n", 413,
       std::string(1000, 'a')},
      {"at the limit", "3e8\r\n" + std::string(1000, 'a') + "\r\n0\r\n\r\n", 0,
       std::string(1000, 'a')},
      {"half a size", "5", -1, ""},
      {"half the data", "5\r\nhel", -1, "hel"},
      {"no last line", "5\r\nhello\r\n0\r\n", -1, "hello"},
  };
  return all;
}

int outcome(const ChunkedReader& reader, ChunkedReader::Verdict verdict) {
  if (verdict == ChunkedReader::Verdict::more) return -1;
  return verdict == ChunkedReader::Verdict::complete ? 0 : reader.refusal().status;
}

TEST(ChunkedReader, ReadsOrRefuses) {
  for (const Case& c : cases()) {
    ChunkedReader reader;
    reader.reset(kLimit);
    std::string body;
    const auto step = reader.feed(c.bytes, body);
    EXPECT_EQ(outcome(reader, step.verdict), c.status) << c.what << reader.refusal().reason;
    EXPECT_EQ(body, c.body) << c.what;
  }
}

TEST(ChunkedReader, SaysTheSameByteByByte) {
  for (const Case& c : cases()) {
    ChunkedReader reader;
    reader.reset(kLimit);
    std::string body;
    auto verdict = ChunkedReader::Verdict::more;
    for (const char byte : c.bytes) {
      if (verdict != ChunkedReader::Verdict::more) break;
      verdict = reader.feed(std::string_view(&byte, 1), body).verdict;
    }
    EXPECT_EQ(outcome(reader, verdict), c.status) << c.what << reader.refusal().reason;
    EXPECT_EQ(body, c.body) << c.what;
  }
}

TEST(ChunkedReader, BoundsExtensionsInAll) {
  ChunkedReader reader;
  reader.reset(1'000'000);
  std::string body;
  const std::string chunk = "1;" + std::string(200, 'a') + "\r\nx\r\n";
  auto verdict = ChunkedReader::Verdict::more;
  for (int i = 0; i < 1000 && verdict == ChunkedReader::Verdict::more; ++i)
    verdict = reader.feed(chunk, body).verdict;
  EXPECT_EQ(outcome(reader, verdict), 400);
  EXPECT_LT(body.size(), 100u);
}

TEST(ChunkedReader, LeavesTheNextRequest) {
  ChunkedReader reader;
  reader.reset(kLimit);
  std::string body;
  const std::string bytes = "1\r\na\r\n0\r\n\r\nGET / HTTP/1.1";
  const auto step = reader.feed(bytes, body);
  EXPECT_EQ(bytes.substr(step.consumed), "GET / HTTP/1.1");
}

}  // namespace
}  // namespace syncline
