#include "connectors/cloudevents/attributes.h"
#include "connectors/cloudevents/cloudevent.h"
#include "connectors/json/time_text.h"
#include "engine/limits.h"

namespace syncline {
namespace {

// A header may be as long as the header block; an event keeps as much of it as of a name.
std::string cut(std::string_view text) { return std::string(text.substr(0, limits::kNameBytes)); }

}  // namespace

Provenance provenance(const Request& request) {
  Provenance from;
  from.actor = cut(request.principal.id);
  from.tenant = cut(request.principal.tenant);
  if (const auto trace = request.header("traceparent"); is_traceparent(trace)) from.trace = trace;
  if (const auto date = request.header("date"); !date.empty()) from.sent = from_http_date(date);
  from.client_id = cut(request.header("x-client-id"));
  from.client_address = request.peer;
  from.client_user_agent = cut(request.header("user-agent"));
  return from;
}

void Provenance::put(EventBody& body) const {
  body.actor = actor;
  body.tenant = tenant;
  body.trace = trace;
  body.sent_time = sent;
  body.client_id = client_id;
  body.client_address = client_address;
  body.client_user_agent = client_user_agent;
}

}  // namespace syncline
