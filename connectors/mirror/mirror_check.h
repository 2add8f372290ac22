// `mirror verify`: the log's events, in their order, against the merged records of the topics. Each
// is to be there once, as the mirror would write it today: topic, partition, key, headers, value,
// and the frame to the byte. The first difference ends it.
//
// In order although it is not in the log: a tail that a later incarnation of the node has replaced
// (it is named), and an event of another node that has a progress topic under the same prefix. In
// order although it is not in the topics: an event behind the progress record.
//
// The progress record is read first, then the topics' ends are fixed, then the log is opened: so
// whatever the topics hold up to there is in the log. Pure but for the records that it asks for;
// one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "connectors/mirror/record_form.h"
#include "connectors/mirror/record_merge.h"

namespace syncline {

struct MirrorFault {
  std::optional<EventName> event;  // that it is about
  std::string what;                // a sentence without its end
};

struct ReplacedTail {
  EventName from, to;  // inclusive, both
};

struct MirrorVerification {
  std::uint64_t events = 0;     // in the log and in the topics
  std::uint64_t waiting = 0;    // in the log alone, behind the progress record
  std::uint64_t of_others = 0;  // records of other nodes
  std::vector<ReplacedTail> replaced;
  std::optional<MirrorFault> fault;
};

struct MirrorCheckOptions {
  std::string prefix;
  LogName log;                                    // that the topics are held against
  MirrorProgress progress;                        // of its node
  std::function<bool(const OriginId&)> mirrored;  // whether another node has a progress topic
};

class MirrorCheck {
 public:
  // All of them outlive it. `records`: what `merge` merges.
  MirrorCheck(RecordMerge& merge, const TopicRecords& records, const PayloadMappings& mappings,
              MirrorCheckOptions options);

  // The log's next event; the first one may be any: what lies before it is passed over. False: it
  // has found something, and nothing more is to be looked at. Errors: of reading the records.
  Result<bool> event(std::string_view frame, bool id_given);
  // The last one was the log's head: behind it there is nothing.
  Result<void> end();

  const MirrorVerification& seen() const { return seen_; }

 private:
  EventName progress_name() const;
  Result<void> fill();
  bool fault(std::optional<EventName> event, std::string what);
  bool pass_over(const EventName& expected);
  bool compare(std::string_view frame, bool id_given);
  std::string difference(std::string_view frame, bool id_given) const;
  bool missing(std::string_view frame, const EventName& name);
  std::string dropped(const std::string& topic, std::string_view key) const;

  RecordMerge& merge_;
  const TopicRecords& records_;
  const PayloadMappings& mappings_;
  const MirrorCheckOptions options_;
  std::optional<MergedRecord> next_;  // an event of the node, in its place
  bool matched_ = false;              // one event at least
  std::optional<EventName> last_;     // of the log
  MirrorVerification seen_;
};

}  // namespace syncline
