// What is read from the disk: frames, bodies, the slots of log.acked. A frame without fault encodes
// to the same bytes again, and one changed bit in it is found; a body reads the same wherever in
// memory it begins, and what is written of it reads the same. So that the checks behind the
// checksums are reached, the input is also tried with its sizes, hashes and checksums put right.
#include <algorithm>

#include <rocksdb/env.h>

#include "engine/log/acked_file.h"
#include "engine/log/record.h"
#include "schemas/body_codec.h"
#include "tests/fuzz/fuzz.h"

namespace syncline {
namespace {

template <class T>
T number_at(std::string_view bytes, std::size_t at) {
  T number;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}
template <class T>
void put(std::string& bytes, std::size_t at, const T& value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

// NaN, which no JSON can say, is not even equal to itself; what is written of it is.
template <class Body>
bool same(const Body& a, const Body& b) {
  return a == b || (a && b && encode_body(*a) == encode_body(*b));
}

void check_body(std::string_view bytes) {
  const auto body = decode_body(bytes);
  for (std::size_t shift = 1; shift < 8; ++shift) {
    const Exact shifted(std::string(shift, 'x') + std::string(bytes));
    SYNCLINE_CHECK(same(decode_body(shifted.view().substr(shift)), body));
  }
  if (!body) return;
  SYNCLINE_CHECK(same(std::optional(decode_trusted_body(bytes)), std::optional(*body)));
  const std::string written = encode_body(*body);
  const auto again = decode_body(written);
  SYNCLINE_CHECK(again.has_value());
  if (*body == *body) SYNCLINE_CHECK(*again == *body);
  SYNCLINE_CHECK(encode_body(*again) == written);
}

void check_frame(std::string_view frame) {
  if (frame_fault(frame, FrameCheck::everything) != nullptr) return;
  SYNCLINE_CHECK(frame_fault(frame, FrameCheck::checksum) == nullptr);
  const Event event = decode_frame(frame);
  RecordHeader header = event.header;
  std::string again;
  append_frame(header, frame_body(frame), again);
  SYNCLINE_CHECK(again == frame && header.hash == event.header.hash);

  Draws draws(frame);
  std::string changed(frame);
  const std::size_t bit = draws.below(changed.size() * 8);
  changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
  SYNCLINE_CHECK(frame_fault(changed, FrameCheck::checksum) != nullptr);
  changed.assign(frame.substr(0, draws.below(frame.size())));
  SYNCLINE_CHECK(frame_fault(changed, FrameCheck::checksum) != nullptr);
}

std::string mended_frame(std::string_view bytes) {
  using namespace frame_layout;
  std::string frame(bytes);
  put(frame, kBodySize, static_cast<std::uint32_t>(frame.size() - kBody));
  put(frame, kBodyHash, sha256(frame_body(frame)));
  put(frame, kHash, sha256(std::string_view(frame).substr(kPreviousHash, kHash - kPreviousHash)));
  put(frame, kCrc, crc32c(std::string_view(frame).substr(kBodySize)));
  return frame;
}

constexpr std::size_t kSlot = 64, kGeneration = 40, kSlotCrc = 60;

// docs/log-format.md, read a second time: position of the valid slot with the greater generation.
std::optional<std::uint64_t> newest(std::string_view bytes) {
  std::optional<std::uint64_t> position;
  std::uint64_t generation = 0;
  for (std::size_t at = 0; at + kSlot <= std::min(bytes.size(), 2 * kSlot); at += kSlot) {
    const std::string_view slot = bytes.substr(at, kSlot);
    if (crc32c(slot.substr(0, kSlotCrc)) != number_at<std::uint32_t>(slot, kSlotCrc)) continue;
    const auto here = number_at<std::uint64_t>(slot, kGeneration);
    if (position && here <= generation) continue;
    position = number_at<std::uint64_t>(slot, 0);
    generation = here;
  }
  return position;
}

void check_acked(std::string_view bytes) {
  static rocksdb::Env* const env = rocksdb::NewMemEnv(rocksdb::Env::Default());
  static const std::string kPath = "/log.acked";
  SYNCLINE_CHECK(rocksdb::WriteStringToFile(env, {bytes.data(), bytes.size()}, kPath).ok());
  const auto read = AckedFile::read(kPath, env);
  const auto expected = newest(bytes);
  SYNCLINE_CHECK(read.has_value() == expected.has_value());
  if (expected) {
    SYNCLINE_CHECK(read->has_value() && (*read)->position == Position(*expected));
  } else {
    SYNCLINE_CHECK(read.error().code == ErrorCode::corrupt);
  }
}

std::string mended_slots(std::string_view bytes) {
  std::string slots(bytes.substr(0, 2 * kSlot));
  Draws draws(bytes);
  for (std::size_t at = 0; at + kSlot <= slots.size(); at += kSlot)
    if (draws.below(4) != 0)
      put(slots, at + kSlotCrc, crc32c(std::string_view(slots).substr(at, kSlotCrc)));
  return slots;
}

void check(std::string_view bytes) {
  const Exact input(bytes);
  check_body(input.view());
  check_frame(input.view());
  if (bytes.size() >= frame_layout::kBody) {
    check_frame(mended_frame(bytes));
    check_body(Exact(frame_body(bytes)).view());
  }
  if (bytes.size() <= 2 * kSlot) {
    check_acked(bytes);
    check_acked(mended_slots(bytes));
  }
}

}  // namespace
}  // namespace syncline

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  syncline::check(syncline::text_of(bytes, size));
  return 0;
}
