// Holds the data of named types against their JSON Schemas (schemas/json, draft-07). The schemas
// are compiled once, at start; check() may then be called on any thread.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "connectors/http/problem.h"
#include "schemas/event_type.h"

namespace syncline {

class SchemaCheck {
 public:
  SchemaCheck();  // throws when an embedded schema is not one
  ~SchemaCheck();

  // What is wrong, at most 20 places, with pointers from the data on ("/user_id"; a missing member
  // is pointed at where it should be). Empty: nothing, or it is `custom`.
  std::vector<FieldFault> check(EventType type, std::string_view data) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace syncline
