// How the data of a named type is read and written, for types whose payload has fields of its own.
// Each connector adds its mappings at wiring time (`add_session_mappings(mappings)`), so that a new
// connector touches nothing here. Types without one keep their data as a Document, exactly as it
// came. Filled at start, read-only afterwards: any thread may look up.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "connectors/http/problem.h"
#include "connectors/json/document.h"
#include "connectors/json/writer.h"
#include "schemas/body.h"

namespace syncline {

struct PayloadMapping {
  // data → body.payload. `extra` gets what the payload has no field for, as one JSON object with
  // the nesting of `data` ("": nothing is left). Faults have pointers from `data` on ("/user_id").
  // Texts point into `data`'s document. nullptr: producers never send it.
  std::function<void(const JsonValue& data, EventBody& body, std::string& extra,
                     std::vector<FieldFault>& faults)>
      read = nullptr;
  // The payload's fields that are there, as one JSON object; body.extra_json is merged into it by
  // the caller, so that a reader gets what the producer sent.
  void (*write)(const EventBody& body, JsonWriter& out) = nullptr;
};

class PayloadMappings {
 public:
  void add(EventType type, PayloadMapping mapping) { table_[index(type)] = std::move(mapping); }
  // nullptr: a Document.
  const PayloadMapping* find(EventType type) const {
    const PayloadMapping& mapping = table_[index(type)];
    return mapping.write == nullptr ? nullptr : &mapping;
  }

 private:
  static std::size_t index(EventType type) {
    const auto number = static_cast<std::size_t>(type);
    return number < kTypes ? number : 0;
  }
  static constexpr std::size_t kTypes = static_cast<std::size_t>(EventType::log_restored) + 1;
  std::array<PayloadMapping, kTypes> table_{};
};

// session.expired, config.applied and what begins an incarnation: the engine's own, only written.
void add_engine_mappings(PayloadMappings& mappings);

}  // namespace syncline
