// Where a reader of a stream stands: <log identity>.<incarnation>.<position>.<16 hex of the event's
// hash>. Checked when it comes back, so that a reader of another log, or of a tail that was lost,
// is told so instead of being given other events. Position 0: before the first event (0, and
// zeros).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/log/log.h"

namespace syncline {

struct ResumeToken {
  std::string log;
  Incarnation incarnation = 0;
  Position position;
  std::string hash;  // its first 16 digits

  std::string text() const;
  static std::optional<ResumeToken> parse(std::string_view text);
  bool operator==(const ResumeToken&) const = default;
};

ResumeToken token_of(const Log& log, const RecordHeader& header);
Result<ResumeToken> token_at(const Log& log, Position position);
// `conflict`: it is of another log, or of events that this log does not have.
Result<Position> resume_at(const Log& log, const ResumeToken& token);

}  // namespace syncline
