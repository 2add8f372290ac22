#include "connectors/events/event_filter.h"

#include "connectors/json/time_text.h"
#include "engine/error.h"

namespace syncline {
namespace {

// The text that `name` names in `filter`; nullptr: it names a time.
template <class Filter>
auto text_member(Filter& filter, std::string_view name) {
  return name == "type"      ? &filter.type
         : name == "subject" ? &filter.subject
         : name == "source"  ? &filter.source
                             : nullptr;
}

template <class Filter>
auto& time_member(Filter& filter, std::string_view name) {
  SYNCLINE_CHECK(name == "since" || name == "until");
  return name == "since" ? filter.since : filter.until;
}

}  // namespace

bool EventFilter::matches(const Event& event) const {
  const auto is = [](const std::string& wanted, std::string_view has) {
    return wanted.empty() || has == wanted;
  };
  const Time at = event.header.append_time;
  return is(type, event.body.type_name()) && is(source, event.body.source) &&
         is(subject, event.body.subject) && (!since || at >= *since) && (!until || at < *until);
}

std::string EventFilter::set(std::string_view name, std::string_view value) {
  if (auto* text = text_member(*this, name)) {
    if (value.empty()) return "must not be empty";
    *text = value;
    return "";
  }
  const auto time = from_iso(value);
  if (!time) return "must be a time, like 2025-09-18T22:09:30Z";
  time_member(*this, name) = *time;
  return "";
}

std::string EventFilter::text(std::string_view name) const {
  if (const auto* text = text_member(*this, name)) return *text;
  const auto& time = time_member(*this, name);
  return time ? to_iso_exact(*time) : "";
}

}  // namespace syncline
