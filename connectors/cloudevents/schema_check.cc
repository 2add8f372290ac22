// The only file that includes valijson.
#include "connectors/cloudevents/schema_check.h"

#include <map>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "connectors/cloudevents/attributes.h"
#include "engine/limits.h"
#include "schemas/documents.h"

namespace syncline {
namespace {

constexpr std::size_t kFaults = 20;

boost::json::value parse(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = limits::kJsonDepth;
  return boost::json::parse({text.data(), text.size()}, {}, options);
}

// valijson names a place as {"<root>", "[session_data]", "[0]"}.
std::string pointer(const std::vector<std::string>& context) {
  std::string out;
  for (std::size_t i = 1; i < context.size(); ++i) {
    std::string_view step = context[i];
    if (step.size() >= 2 && step.front() == '[') step = step.substr(1, step.size() - 2);
    out += pointer_to(step);
  }
  return out;
}

// "Missing required property 'user_id'." stands at the object: the fault is where it should be.
FieldFault fault_of(const valijson::ValidationResults::Error& error) {
  FieldFault fault{pointer(error.context), error.description};
  static constexpr std::string_view kMissing = "Missing required property '";
  if (std::string_view(error.description).starts_with(kMissing)) {
    const std::size_t end = error.description.rfind('\'');
    fault.pointer += pointer_to(error.description.substr(kMissing.size(), end - kMissing.size()));
    fault.message = "is required";
  }
  return fault;
}

}  // namespace

struct SchemaCheck::State {
  std::map<EventType, std::shared_ptr<const valijson::Schema>> schemas;
};

SchemaCheck::SchemaCheck() : state_(std::make_unique<State>()) {
  std::map<std::string_view, std::shared_ptr<const valijson::Schema>> compiled;
  for (const EventTypeInfo& type : event_types()) {
    const std::string_view text = data_schema(type.type);
    if (text.empty()) continue;
    auto& schema = compiled[text];
    if (schema == nullptr) {
      const boost::json::value document = parse(text);
      auto fresh = std::make_shared<valijson::Schema>();
      valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
      parser.populateSchema(valijson::adapters::BoostJsonAdapter(document), *fresh);
      schema = std::move(fresh);
    }
    state_->schemas[type.type] = schema;
  }
}

SchemaCheck::~SchemaCheck() = default;

bool SchemaCheck::has(EventType type) const { return state_->schemas.contains(type); }

std::vector<FieldFault> SchemaCheck::check(EventType type, std::string_view data) const {
  const auto schema = state_->schemas.find(type);
  if (schema == state_->schemas.end()) return {};
  boost::json::value value;
  try {
    value = parse(data);
  } catch (const std::exception& error) {
    return {{"", std::string("cannot be read: ") + error.what()}};
  }
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(*schema->second, valijson::adapters::BoostJsonAdapter(value), &results)) {
    return {};
  }
  std::vector<FieldFault> faults;
  valijson::ValidationResults::Error error;
  while (faults.size() < kFaults && results.popError(error)) {
    // The cause comes first; then each object and array around it says that it failed too.
    const bool around = std::string_view(error.description).starts_with("Failed to validate");
    if (!around || faults.empty()) faults.push_back(fault_of(error));
  }
  return faults;
}

}  // namespace syncline
