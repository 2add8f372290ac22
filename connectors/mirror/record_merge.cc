#include "connectors/mirror/record_merge.h"

#include <algorithm>

#include "connectors/mirror/record_form.h"

namespace syncline {
namespace {

// Empty: the record has none.
std::string_view frame_of(const TopicRecord& record) {
  if (record.header(kContentTypeHeader) == kFrameContent) return record.value;
  return record.header(kFrameHeader).value_or("");
}

}  // namespace

RecordMerge::RecordMerge(TopicRecords& records, OriginId node)
    : records_(records), node_(node), lanes_(records.partitions().size()) {}

Result<std::optional<MergedRecord>> RecordMerge::next() {
  const auto order = [this](std::size_t a, std::size_t b) { return later(a, b); };
  if (!begun_) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      if (auto advanced = advance(i); advanced.has_error()) return advanced.error();
      if (lanes_[i].head) heap_.push_back(i);
    }
    std::make_heap(heap_.begin(), heap_.end(), order);
    begun_ = true;
  }
  if (heap_.empty()) return std::optional<MergedRecord>();
  std::pop_heap(heap_.begin(), heap_.end(), order);
  const std::size_t first = heap_.back();
  heap_.pop_back();
  auto given = std::exchange(lanes_[first].head, std::nullopt);
  if (auto advanced = advance(first); advanced.has_error()) return advanced.error();
  if (lanes_[first].head) {
    heap_.push_back(first);
    std::push_heap(heap_.begin(), heap_.end(), order);
  }
  return given;
}

Result<void> RecordMerge::advance(std::size_t i) {
  auto read = records_.next(i);
  if (read.has_error()) return read.error();
  if (!*read) return {};
  Lane& lane = lanes_[i];
  lane.head = judged(std::move(**read), lane.last);
  if (lane.head->found == Found::event) lane.last = lane.head->name;
  return {};
}

MergedRecord RecordMerge::judged(TopicRecord record, const std::optional<EventName>& last) const {
  MergedRecord merged{.record = std::move(record)};
  const auto found = [&merged](Found kind, std::string what) {
    merged.found = kind;
    merged.what = std::move(what);
    return std::move(merged);
  };
  merged.frame = frame_of(merged.record);
  if (merged.frame.empty()) return found(Found::no_event, "is no event: somebody else wrote it");
  if (const char* fault = frame_fault(merged.frame, FrameCheck::everything)) {
    return found(Found::damaged,
                 std::string("has an event that is damaged or altered (") + fault + ")");
  }
  const EventName name = decode_header(merged.frame)->name;
  if (name.origin != node_) {
    return found(Found::of_other_node, "is event " + name.text() + ", of another node");
  }
  merged.name = name;
  if (!last || *last < name) return found(Found::event, "is event " + name.text());
  if (*last == name) return found(Found::repeated, "is event " + name.text() + " once more");
  return found(Found::out_of_order, "is event " + name.text() + " behind " + last->text());
}

// What has no name comes first.
bool RecordMerge::later(std::size_t a, std::size_t b) const {
  const auto& left = lanes_[a].head->name;
  const auto& right = lanes_[b].head->name;
  return left == right ? a > b : left > right;
}

}  // namespace syncline
