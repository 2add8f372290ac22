#include "connectors/mirror/topics_log.h"

#include <algorithm>

namespace syncline {
namespace {

// Which partitions have lost their beginning; "": none.
std::string dropped(const TopicRecords& records) {
  std::string text;
  for (const PartitionRange& range : records.partitions()) {
    if (range.begin == 0) continue;
    text += (text.empty() ? "; dropped by retention or by hand: " : ", ") + range.text() +
            " before offset " + std::to_string(range.begin);
  }
  return text;
}

std::string range_text(EventName from, Sequence to) {
  const std::string first = from.text();
  if (from.sequence == to) return "event " + first + " is";
  from.sequence = to;
  return "events " + first + " to " + from.text() + " are";
}

Error missing(const EventName& from, Sequence to, const TopicRecords& records,
              const TopicsRead& seen) {
  std::string what = range_text(from, to) + " not in the topics" + dropped(records);
  if (!seen.first_left_out.empty()) what += "; " + seen.first_left_out;
  return {ErrorCode::corrupt, std::move(what)};
}

}  // namespace

void IncarnationStarts::saw(const EventName& name) {
  const auto [first, made] = first_.try_emplace(name.incarnation, name.sequence);
  if (!made) first->second = std::min(first->second, name.sequence);
}

bool IncarnationStarts::replaced(const EventName& name) const {
  return std::any_of(first_.upper_bound(name.incarnation), first_.end(),
                     [&](const auto& later) { return later.second <= name.sequence; });
}

Result<IncarnationStarts> incarnation_starts(RecordMerge& system) {
  IncarnationStarts starts;
  for (;;) {
    const auto record = system.next();
    if (record.has_error()) return record.error();
    if (!*record) return starts;
    if ((*record)->name) starts.saw(*(*record)->name);
  }
}

Result<void> read_topics_log(const TopicsLog& asked, RecordMerge& merge,
                             const TopicRecords& records, const FrameSink& sink, TopicsRead& seen) {
  const MirrorProgress& progress = asked.progress;
  const EventName last{asked.log.node, progress.incarnation, progress.sequence};
  seen.incarnation = progress.incarnation;
  if (auto begun = sink.head({asked.log, Position(1), Position(progress.sequence.value)});
      begun.has_error()) {
    return begun;
  }
  EventName next{asked.log.node, 1, Sequence(1)};
  for (;;) {
    const auto read = merge.next();
    if (read.has_error()) return read.error();
    if (!*read) break;
    const MergedRecord& record = **read;
    if (record.name) seen.incarnation = std::max(seen.incarnation, record.name->incarnation);
    if (record.found != Found::event) {
      if (seen.left_out++ == 0) seen.first_left_out = record.record.place() + " " + record.what;
      continue;
    }
    const EventName& name = *record.name;
    if (asked.starts.replaced(name)) {
      ++seen.replaced;
      continue;
    }
    next.incarnation = name.incarnation;
    if (name.sequence > next.sequence) {
      return missing(next, Sequence(name.sequence.value - 1), records, seen);
    }
    const Hash hash = decode_header(record.frame)->hash;
    if (name == last && hash != progress.hash) {
      return Error{ErrorCode::corrupt, record.record.place() + " " + record.what + " with hash " +
                                           hex(hash) + ", and the progress record has it with " +
                                           hex(progress.hash)};
    }
    const bool id_given = record.record.header(kIdGivenHeader) == "true";
    if (auto taken = sink.event(record.frame, id_given); taken.has_error()) return taken;
    ++seen.events;
    next.sequence = name.sequence.next();
  }
  if (next.sequence <= progress.sequence) {
    return missing(next, progress.sequence, records, seen);
  }
  return {};
}

}  // namespace syncline
