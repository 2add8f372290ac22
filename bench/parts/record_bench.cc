// Parts of the way of one event in the engine: hashes, frames, bodies, drafts. 300 bytes of data
// unless the argument says otherwise.

#include <benchmark/benchmark.h>

#include "bench/load/wire.h"
#include "engine/log/record.h"
#include "engine/sequencer/draft.h"
#include "schemas/body_codec.h"

namespace syncline {
namespace {

EventBody event_body(std::string_view data) {
  EventBody body;
  body.id = "0199a0b0-0000-7000-8000-000000000001";
  body.source = load::kEventSource;
  body.subject = "order/0000123";
  body.event_time = Time(std::chrono::seconds(1'735'732'800));
  body.payload = Document{load::kEventType, Encoding::json, data, {}};
  return body;
}

const std::string& data300() {
  static const std::string data = load::event_data({"", 300});
  return data;
}

void count_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void crc32c_of(benchmark::State& state) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(crc32c(bytes));
  count_bytes(state, bytes.size());
}
BENCHMARK(crc32c_of)->Arg(64)->Arg(700)->Arg(64 * 1024);

void sha256_of(benchmark::State& state) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(sha256(bytes));
  count_bytes(state, bytes.size());
}
BENCHMARK(sha256_of)->Arg(64)->Arg(700)->Arg(64 * 1024);

void encode_body_300(benchmark::State& state) {
  const EventBody body = event_body(data300());
  for (auto _ : state) benchmark::DoNotOptimize(encode_body(body));
}
BENCHMARK(encode_body_300);

void decode_body_checked(benchmark::State& state) {
  const std::string bytes = encode_body(event_body(data300()));
  for (auto _ : state) benchmark::DoNotOptimize(decode_body(bytes));
}
BENCHMARK(decode_body_checked);

void decode_body_trusted(benchmark::State& state) {
  const std::string bytes = encode_body(event_body(data300()));
  for (auto _ : state) benchmark::DoNotOptimize(decode_trusted_body(bytes));
}
BENCHMARK(decode_body_trusted);

// What a connector's thread does for the sequencer: encode, hash, find the names again.
void make_draft_300(benchmark::State& state) {
  const EventBody body = event_body(data300());
  for (auto _ : state) benchmark::DoNotOptimize(make_draft(body));
}
BENCHMARK(make_draft_300);

RecordHeader header_of(std::string_view body) {
  RecordHeader header;
  header.position = Position(1);
  header.name = {*OriginId::from("bench"), 1, Sequence(1)};
  header.body_hash = sha256(body);
  return header;
}

// What the sequencer's thread does for each event, without the clock and the batch.
void append_frame_300(benchmark::State& state) {
  const std::string body = encode_body(event_body(data300()));
  RecordHeader header = header_of(body);
  std::string frame;
  for (auto _ : state) {
    frame.clear();
    append_frame(header, body, frame);
    header.previous_hash = header.hash;
    header.position = header.position.next();
  }
  count_bytes(state, frame.size());
}
BENCHMARK(append_frame_300);

// What a reader does before it trusts a frame.
void check_frame(benchmark::State& state) {
  const std::string body = encode_body(event_body(data300()));
  RecordHeader header = header_of(body);
  std::string frame;
  append_frame(header, body, frame);
  const auto check = static_cast<FrameCheck>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(frame_fault(frame, check));
}
BENCHMARK(check_frame)
    ->Arg(static_cast<int>(FrameCheck::checksum))
    ->Arg(static_cast<int>(FrameCheck::everything));

}  // namespace
}  // namespace syncline
