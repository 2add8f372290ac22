// The only file that includes valijson.
#include "connectors/cloudevents/schema_check.h"

#include <map>
#include <span>
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

// Where a schema says "format": "date-time": names of members, and kItems for every item of an
// array.
constexpr std::string_view kItems = "*";
using Path = std::vector<std::string>;

// Takes "format" out of the schema and notes where it stood: valijson checks it with std::regex,
// which is compiled anew for each value and recurses once for each character, so that a long text
// would end the process.
void take_times(boost::json::value& schema, Path& path, std::vector<Path>& times) {
  boost::json::object* const object = schema.if_object();
  if (object == nullptr) return;
  if (object->erase("format") != 0) times.push_back(path);
  const auto descend = [&](boost::json::value& below, std::string_view name) {
    path.emplace_back(name);
    take_times(below, path, times);
    path.pop_back();
  };
  if (boost::json::value* properties = object->if_contains("properties")) {
    for (auto& member : properties->as_object()) {
      descend(member.value(), {member.key().data(), member.key().size()});
    }
  }
  if (boost::json::value* items = object->if_contains("items")) descend(*items, kItems);
}

// Texts at `path` that are no times. What is absent or of another kind is the schema's business.
void check_times(const boost::json::value& value, std::span<const std::string> path,
                 std::string pointer, std::vector<FieldFault>& faults) {
  if (faults.size() == kFaults) return;
  if (path.empty()) {
    const boost::json::string* const text = value.if_string();
    if (text != nullptr && !from_rfc3339({text->data(), text->size()})) {
      faults.push_back({std::move(pointer), "must be a time as RFC 3339 has it"});
    }
  } else if (path.front() == kItems && value.is_array()) {
    std::size_t index = 0;
    for (const boost::json::value& item : value.get_array()) {
      check_times(item, path.subspan(1), pointer + '/' + std::to_string(index++), faults);
    }
  } else if (value.is_object()) {
    const boost::json::value* const member = value.get_object().if_contains(path.front());
    if (member == nullptr) return;
    check_times(*member, path.subspan(1), pointer + pointer_to(path.front()), faults);
  }
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
  struct Compiled {
    valijson::Schema schema;
    std::vector<Path> times;
  };
  std::map<EventType, std::shared_ptr<const Compiled>> schemas;
};

SchemaCheck::SchemaCheck() : state_(std::make_unique<State>()) {
  std::map<std::string_view, std::shared_ptr<const State::Compiled>> compiled;
  for (const EventTypeInfo& type : event_types()) {
    const std::string_view text = data_schema(type.type);
    if (text.empty()) continue;
    auto& schema = compiled[text];
    if (schema == nullptr) {
      boost::json::value document = parse(text);
      auto fresh = std::make_shared<State::Compiled>();
      Path root;
      take_times(document, root, fresh->times);
      valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
      parser.populateSchema(valijson::adapters::BoostJsonAdapter(document), fresh->schema);
      schema = std::move(fresh);
    }
    state_->schemas[type.type] = schema;
  }
}

SchemaCheck::~SchemaCheck() = default;

std::vector<FieldFault> SchemaCheck::check(EventType type, std::string_view data) const {
  const auto schema = state_->schemas.find(type);
  if (schema == state_->schemas.end()) return {};
  boost::json::value value;
  try {
    value = parse(data);
  } catch (const std::exception& error) {
    return {{"", std::string("cannot be read: ") + error.what()}};
  }
  std::vector<FieldFault> faults;
  for (const Path& path : schema->second->times) check_times(value, path, "", faults);
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(schema->second->schema, valijson::adapters::BoostJsonAdapter(value),
                         &results)) {
    return faults;
  }
  valijson::ValidationResults::Error error;
  while (faults.size() < kFaults && results.popError(error)) {
    // The cause comes first; then each object and array around it says that it failed too.
    const bool around = std::string_view(error.description).starts_with("Failed to validate");
    if (!around || faults.empty()) faults.push_back(fault_of(error));
  }
  return faults;
}

}  // namespace syncline
