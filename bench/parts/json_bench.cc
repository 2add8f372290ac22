// Reading JSON: one CloudEvent as it comes over the wire, and what makes two contents the same.

#include <benchmark/benchmark.h>

#include "bench/load/wire.h"
#include "connectors/json/document.h"

namespace syncline {
namespace {

std::string cloudevent() {
  return R"({"specversion":"1.0","id":"0199a0b0-0000-7000-8000-000000000001",)"
         R"("source":"/bench/shop","type":"shop.order_placed","subject":"order/0000123",)"
         R"("time":"2025-01-01T12:00:00.000Z","data":)" +
         load::event_data({"", 300}) + "}";
}

void parse_cloudevent(benchmark::State& state) {
  const std::string text = cloudevent();
  JsonDocument document;
  for (auto _ : state) benchmark::DoNotOptimize(document.parse(text).has_value());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse_cloudevent);

void canonical_json_of_data(benchmark::State& state) {
  const std::string text = load::event_data({"", 300});
  JsonDocument document;
  const JsonValue value = document.parse(text).value();
  for (auto _ : state) benchmark::DoNotOptimize(canonical_json(value));
}
BENCHMARK(canonical_json_of_data);

}  // namespace
}  // namespace syncline
