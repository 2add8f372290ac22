// Where the mirror goes on: the last event that Kafka has of this node (its progress record), held
// against the log. Events are found by incarnation, sequence and hash, never by position. Whatever
// is not exactly equal is refused, with both heads and what to type: an event that is sent twice or
// left out cannot be taken back.
#pragma once

#include <optional>
#include <string>

#include "connectors/mirror/record_form.h"
#include "engine/error.h"
#include "engine/log/log.h"

namespace syncline {

enum class Agreement {
  begins,         // nothing is in Kafka: from the first event on
  goes_on,        // behind the event that Kafka has last
  ahead,          // Kafka has events that this log lacks
  differs,        // another event stands at the same sequence
  progress_lost,  // the topics hold records, and there is no progress record
  other_log,      // the progress is another log's
};

// What the log says to a progress record.
struct LogSide {
  std::string identity{};
  std::optional<RecordHeader> same_sequence{};  // this node's event with the progress' sequence
  std::optional<RecordHeader> last{};           // this node's last event
};

// Pure.
Agreement agreement(const LogSide& log, const std::optional<MirrorProgress>& progress,
                    bool topics_hold_records);
// Why, with both heads, and what mends it; of the ones that refuse.
std::string refusal(Agreement why, const LogSide& log,
                    const std::optional<MirrorProgress>& progress, const std::string& prefix,
                    const OriginId& node);

// This node's event with that sequence, or the first one behind it that the log has up to `last`;
// nullopt: there is none. Reads some 2·log₂ of the log's events.
Result<std::optional<RecordHeader>> find_own(const Log& log, const OriginId& node,
                                             Sequence sequence, Position last);
// This node's last event up to `last`.
Result<std::optional<RecordHeader>> last_own(const Log& log, const OriginId& node, Position last);

}  // namespace syncline
