// What `log import` reads: lines with frames or frames alone, plain or as zstd. However the bytes
// are cut, the same is taken and the same is wrong; what was taken can be written and is taken
// again, and one bit of that changed is found. Whatever body an event brings: if it is let in, it
// can be written as an event and read.
#include "connectors/cloudevents/body_fault.h"
#include "connectors/cloudevents/content.h"
#include "connectors/cloudevents/framed_line.h"
#include "connectors/operators/export_reader.h"
#include "connectors/sessions/session_json.h"
#include "engine/limits.h"
#include "ops/cli/zstd_stream.h"
#include "schemas/body_codec.h"
#include "tests/fuzz/fuzz.h"

namespace syncline {
namespace {

constexpr std::size_t kPlainBytes = 64 * limits::kKiB;  // of zstd: it can make a lot of a little

const PayloadMappings& mappings() {
  static const PayloadMappings* const made = [] {
    auto* all = new PayloadMappings;
    add_session_mappings(*all);
    add_engine_mappings(*all);
    return all;
  }();
  return *made;
}

// Gives the bytes to `each` at once, or in pieces of all sizes, until it returns false.
void give(std::string_view bytes, bool in_pieces,
          const std::function<bool(std::string_view)>& each) {
  Draws draws(bytes);
  while (!bytes.empty()) {
    const std::size_t most = draws.below(4) == 0 ? bytes.size() : 1 + bytes.size() / 8;
    const Exact piece(bytes.substr(0, in_pieces ? 1 + draws.below(most) : bytes.size()));
    bytes.remove_prefix(piece.view().size());
    if (!each(piece.view())) return;
  }
}

struct Taken {
  std::optional<LogName> log;
  std::vector<std::pair<std::string, bool>> events;  // frame, and whether its id was given
  std::string fault;
  bool operator==(const Taken&) const = default;
};

Taken take(std::string_view bytes, bool in_pieces) {
  Taken taken;
  ExportReader reader({[&](const FrameFileHead& head) {
                         SYNCLINE_CHECK(!taken.log && taken.events.empty());
                         taken.log = head.log;
                         return Result<void>();
                       },
                       [&](std::string_view frame, bool id_given) {
                         SYNCLINE_CHECK(taken.log.has_value());
                         taken.events.emplace_back(frame, id_given);
                         return Result<void>();
                       }},
                      mappings());
  const auto note = [&](const Result<void>& result) {
    if (result.has_error()) taken.fault = result.error().message;
    return result.has_value();
  };
  give(bytes, in_pieces, [&](std::string_view piece) { return note(reader.take(piece)); });
  if (taken.fault.empty()) note(reader.end());
  return taken;
}

// `body` is in a frame without fault.
void check_event(const EventBody& body, std::string_view frame) {
  if (!body_fault(body, mappings()).empty()) return;
  content_hash_of(body, mappings());
  const LogName log{"0199", *OriginId::from("a")};
  const auto read = read_framed_line(framed_line(frame, true, log, mappings()), mappings());
  SYNCLINE_CHECK(read.has_value() && read->frame == frame && read->log == log);
}

void check_export(std::string_view bytes) {
  const Taken taken = take(bytes, false);
  SYNCLINE_CHECK(take(bytes, true) == taken);
  if (!taken.log) return;
  Taken again{.log = taken.log, .events = {}, .fault = ""};
  std::string written;
  FrameFileWriter writer;
  writer.head({*taken.log, Position(1), Position()}, written);
  for (const auto& [frame, id_given] : taken.events) {
    if (frame_fault(frame, FrameCheck::checksum) != nullptr) continue;
    check_event(decode_frame(frame).body, frame);
    again.events.emplace_back(frame, id_given);
    writer.record(frame, id_given, written);
  }
  writer.end(written);
  SYNCLINE_CHECK(take(written, true) == again);

  const std::size_t bit = Draws(bytes).below(written.size() * 8);
  written[bit / 8] = static_cast<char>(written[bit / 8] ^ (1 << bit % 8));
  SYNCLINE_CHECK(!take(written, false).fault.empty());
}

// No one guesses the checksums of a frame: the bytes are a body, in a frame without fault.
void check_body(std::string_view bytes) {
  const auto body = decode_body(bytes);
  if (!body) return;
  RecordHeader header;
  header.name.origin = *OriginId::from("a");
  header.body_hash = sha256(bytes);
  std::string frame;
  append_frame(header, bytes, frame);
  check_event(*body, frame);
}

// nullopt: something is wrong with it, or it is more than kPlainBytes.
std::optional<std::string> unpacked(std::string_view bytes, bool in_pieces) {
  std::string plain;
  bool right = true;
  ZstdReader reader;
  give(bytes, in_pieces, [&](std::string_view piece) {
    const auto taken = reader.take(piece, [&](std::string_view more) -> Result<void> {
      plain.append(more);
      if (plain.size() <= kPlainBytes) return {};
      return Error{ErrorCode::too_large, "enough"};
    });
    return right = taken.has_value();
  });
  if (!right || reader.end().has_error()) return std::nullopt;
  return plain;
}

void check_zstd(std::string_view bytes) {
  const auto plain = unpacked(bytes, false);
  SYNCLINE_CHECK(unpacked(bytes, true) == plain);
  if (plain) check_export(*plain);
  ZstdWriter writer;
  std::string packed;
  give(bytes, true, [&](std::string_view piece) {
    writer.add(piece, packed);
    return true;
  });
  writer.end_frame(packed);
  SYNCLINE_CHECK(unpacked(packed, true) == bytes);
}

}  // namespace
}  // namespace syncline

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input = syncline::text_of(bytes, size);
  if (input.starts_with(syncline::kZstdMagic)) {
    syncline::check_zstd(input);
  } else {
    syncline::check_export(input);
    syncline::check_body(input);
  }
  return 0;
}
