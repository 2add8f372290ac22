#include "engine/log/record.h"

#include <bit>
#include <cstring>

#include "engine/error.h"
#include "schemas/body_codec.h"

namespace syncline {
namespace {

using namespace frame_layout;

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie");
static_assert(kBody == 204, "the layout is on disk: it does not change within format version 1");

template <class T>
void put(char* at, T value) {
  std::memcpy(at, &value, sizeof value);
}
template <class T>
T get(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

void put_time(char* at, Time t) {
  put(at, static_cast<std::int64_t>(t.time_since_epoch().count()));
}
Time get_time(const char* at) { return Time(Duration(get<std::int64_t>(at))); }

void put_name(char* at, const EventName& name) {
  std::memcpy(at, name.origin.bytes.data(), OriginId::kSize);
  put(at + OriginId::kSize, name.incarnation);
  put(at + OriginId::kSize + 4, name.sequence.value);
}
EventName get_name(const char* at) {
  EventName name;
  std::memcpy(name.origin.bytes.data(), at, OriginId::kSize);
  name.incarnation = get<std::uint32_t>(at + OriginId::kSize);
  name.sequence = Sequence(get<std::uint64_t>(at + OriginId::kSize + 4));
  return name;
}

std::string_view hashed_part(std::string_view frame) {
  return frame.substr(kPreviousHash, kHash - kPreviousHash);
}

}  // namespace

FrameHead frame_head(RecordHeader& header, std::string_view body) {
  FrameHead head;
  char* const at = head.data();
  put(at + kBodySize, static_cast<std::uint32_t>(body.size()));
  put(at + kPosition, header.position.value);
  put_time(at + kAppendTime, header.append_time);
  std::memcpy(at + kPreviousHash, header.previous_hash.data(), 32);
  put_name(at + kOrigin, header.name);
  put(at + kHlc, header.hlc.value);
  put_time(at + kReceivedTime, header.received_time);
  put_time(at + kMergeStamp, header.merge_stamp);
  put_name(at + kBase, header.base);
  put(at + kFlags, header.flags);
  std::memcpy(at + kBodyHash, header.body_hash.data(), 32);
  header.hash = sha256(hashed_part({at, kBody}));
  std::memcpy(at + kHash, header.hash.data(), 32);
  put(at + kCrc, crc32c(body, crc32c({at + kBodySize, kBody - kBodySize})));
  return head;
}

void append_frame(RecordHeader& header, std::string_view body, std::string& out) {
  const FrameHead head = frame_head(header, body);
  out.append(head.data(), head.size()).append(body);
}

const char* frame_fault(std::string_view frame, FrameCheck check) {
  if (frame.size() < kBody ||
      frame.size() - kBody != get<std::uint32_t>(frame.data() + kBodySize)) {
    return "size";
  }
  if (crc32c(frame.substr(kBodySize)) != get<std::uint32_t>(frame.data() + kCrc)) return "checksum";
  if (!decode_body(frame_body(frame))) return "body";
  if (check == FrameCheck::checksum) return nullptr;
  const Hash hash = sha256(hashed_part(frame));
  if (std::memcmp(hash.data(), frame.data() + kHash, hash.size()) != 0) return "hash";
  const Hash body_hash = sha256(frame_body(frame));
  if (std::memcmp(body_hash.data(), frame.data() + kBodyHash, body_hash.size()) != 0) {
    return "body hash";
  }
  return nullptr;
}

std::optional<RecordHeader> decode_header(std::string_view frame) {
  if (frame.size() < kBody) return std::nullopt;
  const char* const at = frame.data();
  RecordHeader header;
  header.position = Position(get<std::uint64_t>(at + kPosition));
  header.append_time = get_time(at + kAppendTime);
  std::memcpy(header.previous_hash.data(), at + kPreviousHash, 32);
  header.name = get_name(at + kOrigin);
  header.hlc = Hlc(get<std::uint64_t>(at + kHlc));
  header.received_time = get_time(at + kReceivedTime);
  header.merge_stamp = get_time(at + kMergeStamp);
  header.base = get_name(at + kBase);
  header.flags = get<std::uint32_t>(at + kFlags);
  std::memcpy(header.body_hash.data(), at + kBodyHash, 32);
  std::memcpy(header.hash.data(), at + kHash, 32);
  return header;
}

std::string_view frame_body(std::string_view frame) { return frame.substr(kBody); }

Event decode_frame(std::string_view frame) {
  const auto header = decode_header(frame);
  SYNCLINE_CHECK(header.has_value());
  return {*header, decode_trusted_body(frame_body(frame))};
}

}  // namespace syncline
