// Reading JSON: one CloudEvent as it comes over the wire, what makes two contents the same, and all
// that a connector's thread does from a request's body to its draft.

#include <benchmark/benchmark.h>

#include "bench/load/wire.h"
#include "connectors/events/intake.h"
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

void read_intake_300(benchmark::State& state) {
  const PayloadMappings mappings;
  const SchemaCheck schemas;
  SystemClock clock;
  SystemRng rng;
  const CloudEventReader reader(mappings, schemas, clock, rng);
  Request request;
  request.headers = {{"host", "127.0.0.1"}, {"content-type", "application/cloudevents+json"}};
  request.body = cloudevent();
  request.peer = "127.0.0.1";
  request.principal.id = "bench";
  for (auto _ : state) benchmark::DoNotOptimize(read_intake(request, reader));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(request.body.size()));
}
BENCHMARK(read_intake_300);

}  // namespace
}  // namespace syncline
