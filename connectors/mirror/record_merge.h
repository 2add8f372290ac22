// The records of all topics of a mirror, put back into the order in which their events were
// appended: what `mirror verify` and `mirror restore` read. Holds one record of each partition.
//
// Why a merge is exact. One producer at a time writes the events of a node, in their order (Kafka
// fences the one before it), so in every partition they are ordered by (incarnation, sequence):
// a sequence grows within an incarnation, and a later incarnation begins after the last record of
// the one before it. A k-way merge by that key then gives all of them in that order, and a record
// that breaks it within its partition is out of place wherever it lies.
//
// Who wrote something else into the topics did not ask; such a record has no place in the order and
// is given as soon as it is met. Pure but for the records it asks for; one thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/mirror/topic_record.h"
#include "engine/log/record.h"

namespace syncline {

enum class Found : std::uint8_t {
  event,          // of the node, in its place
  repeated,       // one that its partition had just before
  out_of_order,   // one that its partition should have had before another
  of_other_node,  // an event, of a node that may have a mirror of its own here
  damaged,        // a frame, and not as it was written
  no_event,       // a record without a frame
};

struct MergedRecord {
  TopicRecord record;
  Found found = Found::event;
  std::string_view frame{};         // the exact event; empty: there is none in the record
  std::optional<EventName> name{};  // of an event of the node
  std::string what{};               // it is, as the end of a sentence that begins with its place
};

class RecordMerge {
 public:
  // `records` outlives it.
  RecordMerge(TopicRecords& records, OriginId node);

  // nullopt: all of them were given.
  Result<std::optional<MergedRecord>> next();

 private:
  struct Lane {
    std::optional<MergedRecord> head;
    std::optional<EventName> last;
  };

  Result<void> advance(std::size_t i);
  MergedRecord judged(TopicRecord record, const std::optional<EventName>& last) const;
  bool later(std::size_t a, std::size_t b) const;

  TopicRecords& records_;
  const OriginId node_;
  std::vector<Lane> lanes_;
  std::vector<std::size_t> heap_;  // lanes with a head, the first one on top
  bool begun_ = false;
};

}  // namespace syncline
