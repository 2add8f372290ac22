#include "engine/log/frame_file.h"

#include <algorithm>
#include <cstring>

#include "engine/limits.h"

namespace syncline {
namespace {

constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kVersionAt = 8, kNodeAt = kVersionAt + 4, kIdentityAt = kNodeAt + 16;
constexpr std::size_t kFromAt = kIdentityAt + kIdentityBytes, kToAt = kFromAt + 8;
constexpr std::size_t kHeadCrcAt = kToAt + 8, kHeadSize = kHeadCrcAt + 4;
constexpr std::size_t kOpening = 4 + 1;  // of a record: size and flags
constexpr std::size_t kEndSize = kOpening + 8 + 4;
constexpr char kIdGiven = 1;

template <class T>
void put(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof bytes);
}
template <class T>
T get(std::string_view from, std::size_t at) {
  T value;
  std::memcpy(&value, from.data() + at, sizeof value);
  return value;
}

void put_padded(std::string& out, std::string_view text, std::size_t size) {
  SYNCLINE_CHECK(text.size() <= size);
  out.append(text).append(size - text.size(), '\0');
}

std::string_view unpadded(std::string_view text) {
  return text.substr(0, std::min(text.find('\0'), text.size()));
}

Error broken(std::string what) {
  return {ErrorCode::invalid, std::move(what) + "; it is not whole, or was changed"};
}

}  // namespace

void FrameFileWriter::head(const FrameFileHead& head, std::string& out) {
  const std::size_t begin = out.size();
  out.append(kFrameFileMagic);
  put(out, kVersion);
  put_padded(out, head.log.node.text(), OriginId::kSize);
  put_padded(out, head.log.identity, kIdentityBytes);
  put(out, head.from.value);
  put(out, head.to.value);
  put(out, crc32c(std::string_view(out).substr(begin)));
  seal(out, begin);
}

void FrameFileWriter::record(std::string_view frame, bool id_given, std::string& out) {
  const std::size_t begin = out.size();
  put(out, static_cast<std::uint32_t>(frame.size()));
  out += id_given ? kIdGiven : '\0';
  out.append(frame);
  ++state_.records;
  seal(out, begin);
}

void FrameFileWriter::end(std::string& out) {
  const std::size_t begin = out.size();
  out.append(kOpening, '\0');
  put(out, state_.records);
  seal(out, begin);
  put(out, state_.crc);
}

// What was appended since `begin` counts.
void FrameFileWriter::seal(std::string& out, std::size_t begin) {
  state_.crc = crc32c(std::string_view(out).substr(begin), state_.crc);
}

Result<void> FrameFileReader::take(std::string_view bytes) {
  pending_.append(bytes);
  std::size_t taken = 0;
  while (true) {
    const auto size = step(std::string_view(pending_).substr(taken));
    if (size.has_error()) return size.error();
    if (*size == 0) break;
    taken += *size;
  }
  pending_.erase(0, taken);
  return {};
}

Result<void> FrameFileReader::end() const {
  if (part_ == Part::done) return {};
  return broken("the frames end after " + std::to_string(records_) + " events without their end");
}

// How many of the bytes were one part; 0: it is not all there yet.
Result<std::size_t> FrameFileReader::step(std::string_view bytes) {
  if (part_ == Part::record) return take_record(bytes);
  if (part_ == Part::done && !bytes.empty()) {
    return broken("something stands behind the end of the frames");
  }
  if (part_ == Part::done || bytes.size() < kHeadSize) return std::size_t{0};
  auto taken = take_head(bytes.substr(0, kHeadSize));
  if (taken.has_error()) return taken.error();
  part_ = Part::record;
  return kHeadSize;
}

Result<void> FrameFileReader::take_head(std::string_view bytes) {
  if (!bytes.starts_with(kFrameFileMagic)) {
    return Error{ErrorCode::invalid, "these are no frames: they do not begin with SLFRAMES"};
  }
  const auto version = get<std::uint32_t>(bytes, kVersionAt);
  if (version > kVersion) {
    return Error{ErrorCode::newer_format, "the frames have format " + std::to_string(version) +
                                              "; use the newer program that wrote them"};
  }
  const auto node = OriginId::from(unpadded(bytes.substr(kNodeAt, OriginId::kSize)));
  const std::string_view identity = unpadded(bytes.substr(kIdentityAt, kIdentityBytes));
  if (crc32c(bytes.substr(0, kHeadCrcAt)) != get<std::uint32_t>(bytes, kHeadCrcAt) || !node ||
      identity.empty()) {
    return broken("the head of the frames is damaged");
  }
  crc_ = crc32c(bytes);
  return sink_.head({{std::string(identity), *node},
                     Position(get<std::uint64_t>(bytes, kFromAt)),
                     Position(get<std::uint64_t>(bytes, kToAt))});
}

Result<std::size_t> FrameFileReader::take_record(std::string_view bytes) {
  if (bytes.size() < kOpening) return std::size_t{0};
  const std::size_t size = get<std::uint32_t>(bytes, 0);
  const char flags = bytes[4];
  if (size == 0) {
    if (bytes.size() < kEndSize) return std::size_t{0};
    auto taken = take_end(bytes.substr(0, kEndSize));
    if (taken.has_error()) return taken.error();
    part_ = Part::done;
    return kEndSize;
  }
  if (size > limits::kFrameBytes || (flags & ~kIdGiven) != 0) {
    return broken("what follows " + std::to_string(records_) + " events is no event");
  }
  if (bytes.size() < kOpening + size) return std::size_t{0};
  crc_ = crc32c(bytes.substr(0, kOpening + size), crc_);
  ++records_;
  auto taken = sink_.event(bytes.substr(kOpening, size), flags == kIdGiven);
  if (taken.has_error()) return taken.error();
  return kOpening + size;
}

Result<void> FrameFileReader::take_end(std::string_view bytes) {
  const auto crc = crc32c(bytes.substr(0, kEndSize - 4), crc_);
  const bool right = bytes[4] == 0 && get<std::uint64_t>(bytes, kOpening) == records_ &&
                     get<std::uint32_t>(bytes, kEndSize - 4) == crc;
  if (right) return {};
  return broken("the end of the frames does not match the " + std::to_string(records_) +
                " events before it");
}

}  // namespace syncline
