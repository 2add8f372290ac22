#include "connectors/events/event_filter.h"

#include "connectors/json/time_text.h"
#include "engine/error.h"

namespace syncline {
namespace {

bool* begins_member(EventFilter& filter, std::string_view name) {
  return name == "type"      ? &filter.type_begins
         : name == "subject" ? &filter.subject_begins
                             : nullptr;
}

bool matches_text(const std::string& wanted, bool begins, std::string_view has) {
  return begins ? has.starts_with(wanted) : wanted.empty() || has == wanted;
}

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
  const Time at = event.header.append_time;
  return matches_text(type, type_begins, event.body.type_name()) &&
         matches_text(source, false, event.body.source) &&
         matches_text(subject, subject_begins, event.body.subject) && (!since || at >= *since) &&
         (!until || at < *until);
}

std::string EventFilter::set(std::string_view name, std::string_view value) {
  if (auto* text = text_member(*this, name)) {
    if (value.empty()) return "must not be empty";
    if (bool* begins = begins_member(*this, name)) {
      *begins = value.ends_with('*');
      if (*begins) value.remove_suffix(1);
    }
    *text = value;
    return "";
  }
  const auto time = from_iso(value);
  if (!time) return "must be a time, like 2025-09-18T22:09:30Z";
  time_member(*this, name) = *time;
  return "";
}

std::string EventFilter::text(std::string_view name) const {
  if (const auto* text = text_member(*this, name)) {
    const bool begins = (name == "type" && type_begins) || (name == "subject" && subject_begins);
    return begins ? *text + "*" : *text;
  }
  const auto& time = time_member(*this, name);
  return time ? to_iso_exact(*time) : "";
}

}  // namespace syncline
