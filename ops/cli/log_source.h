// Where the reading verbs read: a data folder, or a running server. Both give the same answers,
// events in their wire form (one CloudEvent, one line). One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "connectors/events/event_filter.h"
#include "connectors/operators/export_query.h"
#include "connectors/status/standing.h"
#include "engine/error.h"
#include "engine/log/frame_file.h"
#include "engine/past/moment.h"
#include "ops/cli/command.h"
#include "ops/cli/http_client.h"
#include "ops/cli/long_work.h"

namespace syncline {

struct LogEnd {
  std::string identity;
  Position position;
  std::string hash;  // of the event there, hexadecimal
};

struct ViewDigest {
  std::string name;
  std::uint32_t version = 0;
  Position position;
  std::string digest;  // hexadecimal
  std::string as_of;   // the time that was asked for, or of that position; "": now
};

// Gets events in position order; false ends it.
using EachEvent = std::function<bool(Position, std::string_view line)>;

class LogSource {
 public:
  virtual ~LogSource() = default;
  virtual Result<LogEnd> end() = 0;
  // Both inclusive. Every position of the range that the log has, or an error.
  virtual Result<void> events(Position from, Position to, const EachEvent& each) = 0;
  // The exact events of a log, as an export wants them. An error of the sink ends it.
  virtual Result<void> frames(const ExportQuery& query, const FrameSink& sink) = 0;
  // Of that range, the events that the filter lets through.
  virtual Result<void> chosen(Position from, Position to, const EventFilter& filter,
                              const EachEvent& each) = 0;
  virtual Result<std::vector<ProjectionStanding>> views() = 0;
  // `at`: of the view as it was then; nullopt: as it is.
  virtual Result<ViewDigest> digest(const std::string& view, const std::optional<Asked>& at) = 0;
  virtual Result<ViewDigest> rebuild(const std::string& view, LongWork& work) = 0;
  // Returns the head once it is beyond `position`; sooner or later without it, to be asked again.
  virtual Result<Position> wait_beyond(Position position) = 0;
};

Result<std::unique_ptr<LogSource>> open_source(const Where& where);
Result<std::unique_ptr<LogSource>> open_data_folder(const std::string& data);
Result<std::unique_ptr<LogSource>> open_server(const Where& where);

// Is there a log in the folder that this user may look at?
Result<void> look_for_log(const std::string& data);
// There is no view of this name; a folder and a server say so in the same words.
Error unknown_view(const std::string& view);
// `error` of a verb that needs the folder to itself: a server that has it can do the same.
Error or_by_its_server(Error error);
// Asks the server of `where`, with the token of its file, else of the environment, else without
// one.
Result<HttpClient> client_for(const Where& where);

}  // namespace syncline
