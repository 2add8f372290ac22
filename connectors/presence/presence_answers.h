// The answers of contract 2, as its clients know them. Pure: the view's figures in, JSON out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/json/writer.h"
#include "connectors/presence/history_query.h"
#include "engine/past/moment.h"
#include "projections/presence/presence_change.h"
#include "projections/presence/presence_history.h"
#include "projections/presence/presence_view.h"

namespace syncline {

// {"procurement":{totalUsers,activeNow,today},…,timestamp}; as of then also asOf and position.
std::string modules_json(const PresenceCounts& counts, Time now,
                         const std::optional<Moment>& past = {});

// One of the `viewers` of a resource.
void write_viewer(const PresentUser& user, JsonWriter& out);

// {resource,count,viewers,timestamp}: at most limits::kPageEvents of them; as of then the same.
std::string viewers_json(const ReadState& state, Time now, std::string_view resource,
                         const std::optional<Moment>& past = {});

std::string history_json(const HistoryQuery& query, const PresenceHistory& history);

// {module,activeNow,totalUsers,today,timestamp}, on a move `previous`; and the `user`, when the
// reader may know.
std::string change_json(const PresenceChange& change, bool with_user);

// What is refused: {error}. Of a heartbeat, a failure of ours is one to record it.
std::string presence_failure(int status, std::string_view detail);
std::string heartbeat_failure(int status, std::string_view detail);

}  // namespace syncline
