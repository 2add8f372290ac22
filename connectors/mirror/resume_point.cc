#include "connectors/mirror/resume_point.h"

namespace syncline {
namespace {

// The first event of `node` in from..to; nullopt: there is none.
Result<std::optional<RecordHeader>> first_own(const Log& log, const OriginId& node, Position from,
                                              Position to) {
  std::optional<RecordHeader> found;
  const auto scanned = log.scan(from, to, [&](Position, std::string_view frame) {
    auto header = decode_header(frame);
    SYNCLINE_CHECK(header.has_value());  // scan() has checked the frame
    if (header->name.origin == node) found = header;
    return !found;
  });
  if (scanned.has_error()) return scanned.error();
  return found;
}

std::string head_text(Incarnation incarnation, Sequence sequence, const Hash& hash) {
  return "sequence " + std::to_string(sequence.value) + " of incarnation " +
         std::to_string(incarnation) + " (" + hex(hash).substr(0, 16) + ")";
}

std::string head_of(const RecordHeader& event) {
  return head_text(event.name.incarnation, event.name.sequence, event.hash);
}

std::string kafka_head(const MirrorProgress& progress) {
  return head_text(progress.incarnation, progress.sequence, progress.hash);
}

std::string log_head(const LogSide& log) {
  if (!log.last) return "no event";
  return head_of(*log.last);
}

}  // namespace

Agreement agreement(const LogSide& log, const std::optional<MirrorProgress>& progress,
                    bool topics_hold_records) {
  if (!progress) return topics_hold_records ? Agreement::progress_lost : Agreement::begins;
  if (progress->log != log.identity) return Agreement::other_log;
  if (progress->sequence == Sequence()) return Agreement::begins;
  const auto& same = log.same_sequence;
  if (same && same->name.sequence == progress->sequence) {
    const bool equal =
        same->name.incarnation == progress->incarnation && same->hash == progress->hash;
    return equal ? Agreement::goes_on : Agreement::differs;
  }
  return Agreement::ahead;
}

std::string refusal(Agreement why, const LogSide& log,
                    const std::optional<MirrorProgress>& progress, const std::string& prefix,
                    const OriginId& node) {
  const std::string where = progress_topic(prefix, node);
  const std::string restore =
      "`syncline mirror restore --into DIR` makes the log again as Kafka has it; start with DIR as "
      "log.data";
  switch (why) {
    case Agreement::ahead:
      return "Kafka has events of this node that its log lacks: " + where + " is at " +
             kafka_head(*progress) + ", the log at " + log_head(log) + "; " + restore;
    case Agreement::differs:
      return "Kafka and the log differ: " + where + " has " + kafka_head(*progress) +
             ", and the log has " + head_of(*log.same_sequence) + " in its place and ends at " +
             log_head(log) + "; " + restore +
             "; what only this log has is appended there by `syncline log export` and `syncline "
             "log import --as-new`";
    case Agreement::progress_lost:
      return "the topics " + prefix + ".* hold records, and " + where +
             " says nothing of how far this node has come (the log is at " + log_head(log) +
             "); give this node a mirror.prefix of its own, or delete these topics: they are "
             "written again from the log's first event on, `syncline log verify` says whether it "
             "has all";
    case Agreement::other_log:
      return where + " is of log " + progress->log + ", at " + kafka_head(*progress) +
             "; this is log " + log.identity + ", at " + log_head(log) + "; " + restore +
             ", or give this one another node.id or mirror.prefix";
    case Agreement::begins:
    case Agreement::goes_on:
      break;
  }
  return "";
}

Result<std::optional<RecordHeader>> find_own(const Log& log, const OriginId& node,
                                             Sequence sequence, Position last) {
  // A node's sequences grow with the positions, and are never larger than them.
  std::optional<RecordHeader> found;
  std::uint64_t low = std::max<std::uint64_t>(sequence.value, 1), high = last.value;
  std::uint64_t probe = low;  // as long as there are no other nodes' events, this is it
  while (low <= high) {
    const auto own = first_own(log, node, Position(probe), Position(high));
    if (own.has_error()) return own.error();
    if (*own && (*own)->name.sequence < sequence) {
      low = (*own)->position.value + 1;
    } else {
      if (*own) found = *own;
      high = probe - 1;
    }
    probe = low + (high - low) / 2;
  }
  return found;
}

Result<std::optional<RecordHeader>> last_own(const Log& log, const OriginId& node, Position last) {
  for (Position at = last; at > Position(); at = Position(at.value - 1)) {
    const auto own = first_own(log, node, at, at);
    if (own.has_error() || *own) return own;
  }
  return std::nullopt;
}

}  // namespace syncline
