// What the tests of reading and of writing share: a reader with the session mapping, its answers
// unpacked, and a draft as an event of a log.
#pragma once

#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "connectors/cloudevents/cloudevent.h"
#include "connectors/sessions/session_json.h"
#include "tests/fakes.h"

namespace syncline {

class ReadCloudEvent : public testing::Test {
 protected:
  ReadCloudEvent() { add_session_mappings(mappings_); }

  std::variant<Draft, Rejection> read(const std::string& json, const Provenance& from = {}) {
    return reader_.read(document_.parse(json).value(), from);
  }
  Draft draft(const std::string& json, const Provenance& from = {}) {
    auto result = read(json, from);
    if (const auto* refused = std::get_if<Rejection>(&result)) ADD_FAILURE() << refused->detail;
    return std::get<Draft>(std::move(result));
  }
  static std::string framed(const Draft& draft, Time received) {
    RecordHeader header;
    header.position = Position(7);
    header.name = {*OriginId::from("a"), 2, Sequence(5)};
    header.hlc = Hlc(0xffff'ffff'ffff'ffff);
    header.received_time = received;
    header.body_hash = draft.body_hash();
    std::string frame;
    append_frame(header, draft.bytes(), frame);
    return frame;
  }
  Rejection rejection(const std::string& json) {
    auto result = read(json);
    if (std::holds_alternative<Draft>(result)) {
      ADD_FAILURE() << "taken: " << json;
      return {};
    }
    return std::get<Rejection>(std::move(result));
  }
  FakeClock clock_;
  SeededRng rng_{1};
  PayloadMappings mappings_;
  SchemaCheck schemas_;
  CloudEventReader reader_{mappings_, schemas_, clock_, rng_};
  JsonDocument document_;
};

}  // namespace syncline
