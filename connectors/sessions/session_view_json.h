// A session as the admin endpoints show it (CONTRACTS 1). Absent values are null. Pure.
#pragma once

#include "connectors/json/writer.h"
#include "projections/sessions/sessions_view.h"

namespace syncline {

void write_session_view(const SessionView& view, JsonWriter& out);

}  // namespace syncline
