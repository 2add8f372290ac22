#include "engine/log/record.h"

#include <gtest/gtest.h>

#include "schemas/body_codec.h"

namespace syncline {
namespace {

RecordHeader sample_header(std::string_view body) {
  RecordHeader header;
  header.position = Position(7);
  header.append_time = Time(Duration(1'000'001));
  header.previous_hash.fill(0xAB);
  header.name = {*OriginId::from("node-a"), 3, Sequence(5)};
  header.hlc = Hlc(0x123456789A);
  header.received_time = Time(Duration(1'000'000));
  header.merge_stamp = Time(Duration(-5));
  header.base = {*OriginId::from("b"), 1, Sequence(4)};
  header.flags = kFlagClockSkewed;
  header.body_hash = sha256(body);
  return header;
}

std::string sample_body() {
  EventBody body;
  body.id = "1";
  body.source = "test";
  body.subject = "thing/1";
  body.payload = Document{"test.event", Encoding::json, R"({"a":1})", ""};
  return encode_body(body);
}

std::string sample_frame() {
  const std::string body = sample_body();
  RecordHeader header = sample_header(body);
  std::string frame;
  append_frame(header, body, frame);
  return frame;
}

TEST(Record, EveryHeaderFieldComesBack) {
  const std::string body = sample_body();
  RecordHeader in = sample_header(body);
  std::string frame = "before";
  append_frame(in, body, frame);
  frame.erase(0, 6);

  ASSERT_EQ(frame_fault(frame, FrameCheck::everything), nullptr);
  const auto out = decode_header(frame);
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->position, in.position);
  EXPECT_EQ(out->append_time, in.append_time);
  EXPECT_EQ(out->previous_hash, in.previous_hash);
  EXPECT_EQ(out->name, in.name);
  EXPECT_EQ(out->hlc, in.hlc);
  EXPECT_EQ(out->received_time, in.received_time);
  EXPECT_EQ(out->merge_stamp, in.merge_stamp);
  EXPECT_EQ(out->base, in.base);
  EXPECT_EQ(out->flags, in.flags);
  EXPECT_EQ(out->body_hash, in.body_hash);
  EXPECT_EQ(out->hash, in.hash);
  EXPECT_EQ(frame_body(frame), body);
}

TEST(Record, TheHashCoversWhatTheDocumentSays) {
  const std::string frame = sample_frame();
  const Hash hash = sha256(std::string_view(frame).substr(24, 172 - 24));
  EXPECT_EQ(decode_header(frame)->hash, hash);
}

TEST(Record, AnyFlippedBitIsNoticed) {
  const std::string frame = sample_frame();
  for (std::size_t at = 0; at < frame.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = frame;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      EXPECT_NE(frame_fault(damaged, FrameCheck::checksum), nullptr) << at << ":" << bit;
    }
  }
}

TEST(Record, AnyCutIsNoticed) {
  const std::string frame = sample_frame();
  for (std::size_t size = 0; size < frame.size(); ++size) {
    EXPECT_STREQ(frame_fault(frame.substr(0, size), FrameCheck::everything), "size") << size;
  }
}

// Somebody who changes an event and mends its checksum.
void mend_checksum(std::string& frame) {
  const std::uint32_t crc = crc32c(std::string_view(frame).substr(4));
  std::memcpy(frame.data(), &crc, 4);
}

TEST(Record, TamperingShowsBehindAMendedChecksum) {
  std::string stamped = sample_frame();
  stamped[frame_layout::kMergeStamp] ^= 1;
  mend_checksum(stamped);
  EXPECT_STREQ(frame_fault(stamped, FrameCheck::everything), "hash");

  std::string rewritten = sample_frame();
  const std::size_t at = rewritten.find(R"({"a":1})");
  ASSERT_NE(at, std::string::npos);
  rewritten[at + 5] = '2';
  mend_checksum(rewritten);
  EXPECT_STREQ(frame_fault(rewritten, FrameCheck::everything), "body hash");
}

TEST(Record, PositionAndAppendTimeAreLocal) {
  const std::string body = sample_body();
  RecordHeader here = sample_header(body), there = here;
  there.position = Position(99);
  there.append_time += Duration(5);
  std::string frame;
  append_frame(here, body, frame);
  append_frame(there, body, frame);
  EXPECT_EQ(here.hash, there.hash);
}

TEST(Crc32c, KnownAnswers) {  // RFC 3720, B.4
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
  EXPECT_EQ(crc32c(""), 0u);
}

TEST(Sha256, KnownAnswers) {  // FIPS 180-4 examples
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace syncline
