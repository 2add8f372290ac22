// The wire form of the mirror: what an event is as a record of a Kafka topic, how topics are
// called, and the progress record that says how far a node has come. Producer and readers share it;
// nothing here knows librdkafka. Pure, any thread.
//
// A record holds nothing that is local to a log but inside its frame, which is kept to the byte,
// because only the bytes restore equal hashes. Headers: `content-type` of the value,
// `syncline-frame` (where the value is JSON), `syncline-idgiven` ("true", "false": the producer
// gave the id, so that it is in the log's index of ids), and the event's CloudEvents attributes as
// `ce_<name>`, as texts (CloudEvents' Kafka binding; its datacontenttype is in the JSON alone).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/cloudevents/payload_mapping.h"
#include "engine/error.h"
#include "engine/log/log.h"

namespace syncline {

// What of an event is in a topic of its own. The order is that of kTopicFamilies.
enum class TopicFamily : std::uint8_t { sessions, presence, records, rooms, tasks, custom, system };
inline constexpr std::array kTopicFamilies{
    TopicFamily::sessions, TopicFamily::presence, TopicFamily::records, TopicFamily::rooms,
    TopicFamily::tasks,    TopicFamily::custom,   TopicFamily::system};

std::string_view name(TopicFamily family);
TopicFamily topic_family(EventType type);
std::string topic_name(std::string_view prefix, TopicFamily family);  // "syncline.sessions"
// Of one partition, compacted, with one key: the node's id. "syncline.progress.a"
std::string progress_topic(std::string_view prefix, const OriginId& node);

enum class MirrorFormat : std::uint8_t {
  json,   // structured CloudEvents JSON; the frame is in a header
  frame,  // the frame alone
};

inline constexpr std::string_view kContentTypeHeader = "content-type";
inline constexpr std::string_view kFrameHeader = "syncline-frame";
inline constexpr std::string_view kIdGivenHeader = "syncline-idgiven";
inline constexpr std::string_view kJsonContent = "application/cloudevents+json";
inline constexpr std::string_view kFrameContent = "application/vnd.syncline.frame";

// Texts that point into the frame do so as long as that is there.
struct MirrorRecord {
  struct Header {
    std::string name;
    std::string value;
  };
  TopicFamily family{};
  std::string_view key;  // the subject, or the source where there is none
  std::string value;
  std::vector<Header> headers;

  std::size_t bytes() const;  // of all of it
};

// `frame` is without fault. JSON that would be over limits::kMirrorRecordBytes with its frame is
// not written: such an event is sent as its frame in either format.
MirrorRecord mirror_record(std::string_view frame, bool id_given, MirrorFormat format,
                           const PayloadMappings& mappings);

// Everything of a node's events up to this one is in the topics, and nothing behind it: written in
// the transaction that brings the last of them. Sequence 0, with a hash of zeros: nothing yet.
struct MirrorProgress {
  std::string log{};  // identity
  Incarnation incarnation = 0;
  Sequence sequence{};
  Hash hash{};
  std::map<std::string, std::uint32_t, std::less<>> topics{};  // partitions of each
  bool operator==(const MirrorProgress&) const = default;
};

// {log, incarnation, sequence, hash, topics: {name: partitions}}
std::string progress_json(const MirrorProgress& progress);
// `invalid`: it is no progress record, and why. Members that it does not know are passed over.
Result<MirrorProgress> read_progress(std::string_view json);

}  // namespace syncline
