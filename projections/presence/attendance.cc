// A flow: u8 format (1), u64 entered, u64 left, u64 µs stayed. A span: that, u64 area, u64 top, u64
// µs latest.
#include "projections/presence/attendance.h"

#include <algorithm>

#include "projections/packed.h"

namespace syncline {
namespace keys = presence_keys;
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kCanonicalSpan = 1 + 4 * 8;

void pack_flow(Packer& pack, const Flow& flow) {
  pack.u8(kFormat);
  pack.u64(flow.entered);
  pack.u64(flow.left);
  pack.u64(static_cast<std::uint64_t>(flow.stayed.count()));
}

Flow unpack_flow(Unpacker& in) {
  SYNCLINE_CHECK(in.u8() == kFormat);
  Flow flow;
  flow.entered = in.u64();
  flow.left = in.u64();
  flow.stayed = Duration(static_cast<std::int64_t>(in.u64()));
  return flow;
}

void add_to_span(FoldState& state, keys::Grain grain, std::string_view module, Time time,
                 const Flow& flow) {
  const Duration width = keys::length(grain);
  const Time start = keys::start_of(grain, time);
  const std::string key = keys::span(grain, module, start);
  const auto stored = state.get(key);
  SpanFlow span = stored ? decode_span(*stored) : SpanFlow{};
  const Duration at = time - start;
  span.flow += flow;
  span.area += flow.net() * (width - at).count();
  if (at < span.latest) {
    span.top += flow.entered;  // whatever came behind it may now be higher
  } else {
    span.top =
        static_cast<std::uint64_t>(std::max(static_cast<std::int64_t>(span.top), span.flow.net()));
    span.latest = at;
  }
  std::string value;
  Packer pack(value);
  pack_flow(pack, span.flow);
  pack.u64(static_cast<std::uint64_t>(span.area));
  pack.u64(span.top);
  pack.u64(static_cast<std::uint64_t>(span.latest.count()));
  state.put(key, value);
}

void note(FoldState& state, std::string_view module, Time time, const Flow& flow) {
  const std::string key = keys::instant(module, time);
  Flow sum = flow;
  if (const auto stored = state.get(key)) sum += decode_flow(*stored);
  std::string value;
  Packer pack(value);
  pack_flow(pack, sum);
  state.put(key, value);
  for (const keys::Grain grain : {keys::Grain::minute, keys::Grain::day}) {
    add_to_span(state, grain, module, time, flow);
  }
}

}  // namespace

Flow& Flow::operator+=(const Flow& other) {
  entered += other.entered;
  left += other.left;
  stayed += other.stayed;
  return *this;
}

void note_entered(FoldState& state, std::string_view module, Time time) {
  note(state, module, time, {.entered = 1});
}

void note_left(FoldState& state, std::string_view module, Time time, Duration stayed) {
  note(state, module, time, {.left = 1, .stayed = stayed});
}

Flow decode_flow(std::string_view value) {
  Unpacker in(value);
  return unpack_flow(in);
}

SpanFlow decode_span(std::string_view value) {
  Unpacker in(value);
  SpanFlow span;
  span.flow = unpack_flow(in);
  span.area = static_cast<std::int64_t>(in.u64());
  span.top = in.u64();
  span.latest = Duration(static_cast<std::int64_t>(in.u64()));
  return span;
}

std::string canonical_span(std::string_view value) {
  return std::string(value.substr(0, kCanonicalSpan));
}

}  // namespace syncline
