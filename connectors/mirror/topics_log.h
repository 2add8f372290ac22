// `mirror restore`: the log of a node, read from its topics alone. Of the merged records those that
// are the log come out, in order, as exact frames; whoever takes them (engine/log/log_builder.h)
// follows the hash chain, so that nothing else could be in their place.
//
// What is left out: records that are no event of the node (counted, the first one named), and the
// tail that a later incarnation has replaced. Where an incarnation began is known beforehand from
// the system topic: its first event (log.restored, log.loss_accepted) is always there. Pure but for
// the records that it asks for; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "connectors/mirror/record_form.h"
#include "connectors/mirror/record_merge.h"
#include "engine/log/frame_file.h"

namespace syncline {

class IncarnationStarts {
 public:
  // Of an event in the system topic; in any order.
  void saw(const EventName& name);
  // A later incarnation begins at its sequence or before it.
  bool replaced(const EventName& name) const;

 private:
  std::map<Incarnation, Sequence> first_;
};

// `system`: the merged records of the system topic.
Result<IncarnationStarts> incarnation_starts(RecordMerge& system);

struct TopicsRead {
  std::uint64_t events = 0;
  std::uint64_t replaced = 0;   // of tails
  std::uint64_t left_out = 0;   // no events of this node
  std::string first_left_out;   // "offset 3 of … is no event"; "": there was none
  Incarnation incarnation = 0;  // the last one that was met
};

struct TopicsLog {
  LogName log;
  MirrorProgress progress;  // of its node; read before the topics' ends were fixed
  IncarnationStarts starts;
};

// Errors: corrupt (something is missing; the message says what, and what Kafka has dropped), those
// of the sink and of reading. `seen` is filled as it goes.
Result<void> read_topics_log(const TopicsLog& asked, RecordMerge& merge,
                             const TopicRecords& records, const FrameSink& sink, TopicsRead& seen);

}  // namespace syncline
