// Whether an event may follow those before it: the rules of docs/log-format.md that hold between
// headers. Pure but for what it remembers: the last header of each origin. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "engine/log/record.h"

namespace syncline {

class ChainCheck {
 public:
  // false: the events before the first one are not shown, so nothing is asked of an origin's first.
  explicit ChainCheck(bool from_start) : from_start_(from_start) {}

  // What is wrong with `header` as the next event of the log, as the end of a sentence that begins
  // with the event; "": nothing. Positions are the caller's to follow.
  std::string fault_of(const RecordHeader& header);

 private:
  std::string fault_of_first(const RecordHeader& header) const;

  const bool from_start_;
  std::optional<Time> append_time_;
  std::map<OriginId, RecordHeader> last_;  // one a node: few
};

}  // namespace syncline
