#include "connectors/mirror/mirror_check.h"

#include "connectors/mirror/topic_reader.h"

namespace syncline {
namespace {

std::string event_text(const EventName& name) { return "event " + name.text(); }

}  // namespace

MirrorCheck::MirrorCheck(RecordMerge& merge, const TopicRecords& records,
                         const PayloadMappings& mappings, MirrorCheckOptions options)
    : merge_(merge), records_(records), mappings_(mappings), options_(std::move(options)) {
  if (options_.progress.log != options_.log.identity) {
    fault({}, "the topics are of log " + options_.progress.log + ", and this is " +
                  options_.log.identity);
  }
}

Result<bool> MirrorCheck::event(std::string_view frame, bool id_given) {
  const RecordHeader header = *decode_header(frame);
  const EventName& name = header.name;
  if (name.origin != options_.log.node) return true;  // its own node mirrors it
  last_ = name;
  if (name == progress_name() && header.hash != options_.progress.hash) {
    return fault(name, "the progress record has " + event_text(name) + " with hash " +
                           hex(options_.progress.hash) + ", and the log has it with " +
                           hex(header.hash));
  }
  for (;;) {
    if (auto filled = fill(); filled.has_error()) return filled.error();
    if (seen_.fault) return false;
    if (!next_ || name < *next_->name) return missing(frame, name);
    if (name == *next_->name) return compare(frame, id_given);
    if (!pass_over(name)) return false;
  }
}

Result<void> MirrorCheck::end() {
  if (auto filled = fill(); filled.has_error()) return filled;
  if (seen_.fault) return {};
  const std::string ends = ", and the log ends with " + (last_ ? last_->text() : "nothing");
  if (next_) {
    fault(next_->name, next_->record.place() + " " + next_->what + ends);
  } else if (options_.progress.sequence > Sequence() && (!last_ || *last_ < progress_name())) {
    fault(progress_name(), "the progress record stands at " + event_text(progress_name()) + ends);
  }
  return {};
}

EventName MirrorCheck::progress_name() const {
  return {options_.log.node, options_.progress.incarnation, options_.progress.sequence};
}

// Up to the next event of the node, or a fault.
Result<void> MirrorCheck::fill() {
  while (!next_ && !seen_.fault) {
    auto read = merge_.next();
    if (read.has_error()) return read.error();
    if (!*read) return {};
    MergedRecord& record = **read;
    if (record.found == Found::event) {
      next_ = std::move(record);
    } else if (record.found == Found::of_other_node &&
               options_.mirrored(decode_header(record.frame)->name.origin)) {
      ++seen_.of_others;
    } else {
      fault(record.name, record.record.place() + " " + record.what);
    }
  }
  return {};
}

bool MirrorCheck::fault(std::optional<EventName> event, std::string what) {
  seen_.fault = MirrorFault{std::move(event), std::move(what)};
  return false;
}

// What the topics have before the event that the log has next.
bool MirrorCheck::pass_over(const EventName& expected) {
  const EventName name = *next_->name;
  const bool replaced =
      name.incarnation < expected.incarnation && name.sequence >= expected.sequence;
  if (!replaced && matched_) {
    return fault(name, next_->record.place() + " " + next_->what +
                           ", and the log has no such event before " + event_text(expected));
  }
  next_.reset();
  if (!replaced) return true;
  auto& tails = seen_.replaced;
  if (tails.empty() || tails.back().to.incarnation != name.incarnation) {
    tails.push_back({name, name});
  }
  tails.back().to = name;
  return true;
}

bool MirrorCheck::compare(std::string_view frame, bool id_given) {
  const std::string what = difference(frame, id_given);
  if (!what.empty()) {
    return fault(next_->name,
                 next_->record.place() + " is " + event_text(*next_->name) + " with " + what);
  }
  matched_ = true;
  ++seen_.events;
  next_.reset();
  return true;
}

// "" when the record is what the mirror writes of the event.
std::string MirrorCheck::difference(std::string_view frame, bool id_given) const {
  const TopicRecord& found = next_->record;
  const auto hash = decode_header(frame)->hash, found_hash = decode_header(next_->frame)->hash;
  if (hash != found_hash) return "hash " + hex(found_hash) + " where the log has " + hex(hash);
  if (frame != next_->frame) return "a frame that is not the log's";
  const bool json = found.header(kContentTypeHeader) != kFrameContent;
  const MirrorRecord expected =
      mirror_record(frame, id_given, json ? MirrorFormat::json : MirrorFormat::frame, mappings_);
  const std::string topic = topic_name(options_.prefix, expected.family);
  if (found.topic != topic) return "another topic than " + topic;
  if (found.key != expected.key) return "another key than " + std::string(expected.key);
  for (const PartitionRange& range : records_.partitions()) {
    if (range.topic != topic) continue;
    const auto partition = partition_of(expected.key, range.partitions);
    if (found.partition == partition) break;
    return "another partition than " + std::to_string(partition) +
           ", where the other events of its key are";
  }
  if (found.value != expected.value) return "another value than it has in the log";
  for (std::size_t i = 0; i < std::max(found.headers.size(), expected.headers.size()); ++i) {
    if (i >= found.headers.size()) return "the header " + expected.headers[i].name + " missing";
    const auto& [name, value] = found.headers[i];
    if (i >= expected.headers.size()) return "a header too many, " + std::string(name);
    if (name != expected.headers[i].name || value != expected.headers[i].value) {
      return "a header " + std::string(name) + " that is not the log's";
    }
  }
  return "";
}

bool MirrorCheck::missing(std::string_view frame, const EventName& name) {
  if (progress_name() < name) {
    ++seen_.waiting;
    return true;
  }
  const MirrorRecord expected = mirror_record(frame, false, MirrorFormat::frame, mappings_);
  const std::string topic = topic_name(options_.prefix, expected.family);
  return fault(name, event_text(name) + " is not in " + topic + dropped(topic, expected.key));
}

// Where records are gone for a reason that Kafka knows.
std::string MirrorCheck::dropped(const std::string& topic, std::string_view key) const {
  for (const PartitionRange& range : records_.partitions()) {
    if (range.topic != topic || range.partition != partition_of(key, range.partitions)) continue;
    if (range.begin == 0) return "";
    return ": what partition " + std::to_string(range.partition) + " had before offset " +
           std::to_string(range.begin) + " was dropped, by the topic's retention or by hand";
  }
  return ", a topic that is not there";
}

}  // namespace syncline
