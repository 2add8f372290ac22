#include "connectors/mirror/kafka_topics.h"

#include <algorithm>
#include <array>
#include <thread>

#include "engine/limits.h"

namespace syncline {
namespace {

constexpr std::chrono::milliseconds kLookAgain{100};  // topics that were made show up by and by
constexpr std::chrono::seconds kNotes{1};             // nothing rests on them

struct DestroyQueue {
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
};
struct DestroyEvent {
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
};
struct DestroyAdminOptions {
  void operator()(rd_kafka_AdminOptions_t* options) const {
    rd_kafka_AdminOptions_destroy(options);
  }
};
struct DestroyNewTopic {
  void operator()(rd_kafka_NewTopic_t* topic) const { rd_kafka_NewTopic_destroy(topic); }
};
struct DestroyMetadata {
  void operator()(const rd_kafka_metadata_t* metadata) const {
    rd_kafka_metadata_destroy(metadata);
  }
};

struct WantedTopic {
  std::string name;
  bool progress = false;
};

std::vector<WantedTopic> wanted_topics(const MirrorOptions& options, const OriginId& node) {
  std::vector<WantedTopic> wanted;
  for (const TopicFamily family : kTopicFamilies) {
    wanted.push_back({.name = topic_name(options.prefix, family)});
  }
  wanted.push_back({.name = progress_topic(options.prefix, node), .progress = true});
  return wanted;
}

using Partitions = std::map<std::string, std::uint32_t, std::less<>>;

KafkaResult<Partitions> read_metadata(const KafkaHandle& kafka, KafkaDeadline deadline) {
  const rd_kafka_metadata_t* raw = nullptr;
  const auto failed = rd_kafka_metadata(kafka.get(), 1, nullptr, &raw, milliseconds_left(deadline));
  if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka.fault("the brokers do not answer", failed);
  const std::unique_ptr<const rd_kafka_metadata_t, DestroyMetadata> metadata(raw);
  Partitions partitions;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& topic = metadata->topics[i];
    if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR || topic.partition_cnt < 1) continue;
    partitions.emplace(topic.topic, static_cast<std::uint32_t>(topic.partition_cnt));
  }
  return partitions;
}

using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, DestroyNewTopic>;

NewTopic new_topic(const WantedTopic& wanted, const MirrorOptions& options) {
  std::array<char, 512> why{};
  const int partitions = wanted.progress ? 1 : static_cast<int>(options.partitions);
  NewTopic topic(
      rd_kafka_NewTopic_new(wanted.name.c_str(), partitions, -1, why.data(), why.size()));
  SYNCLINE_CHECK(topic != nullptr);  // name and numbers were checked with the configuration
  const auto set = [&topic](const char* key, const std::string& value) {
    rd_kafka_NewTopic_set_config(topic.get(), key, value.c_str());
  };
  if (wanted.progress) {
    set("cleanup.policy", "compact");
    return topic;
  }
  set("cleanup.policy", "delete");
  set("retention.ms", "-1");
  set("retention.bytes", "-1");
  set("max.message.bytes", std::to_string(limits::kMirrorRecordBytes));
  return topic;
}

// What an admin request answered; retriable when nothing came.
using AdminEvent = std::unique_ptr<rd_kafka_event_t, DestroyEvent>;
template <class Ask>
KafkaResult<AdminEvent> ask_admin(const KafkaHandle& kafka, const std::string& what,
                                  KafkaDeadline deadline, Ask ask) {
  const std::unique_ptr<rd_kafka_queue_t, DestroyQueue> answers(rd_kafka_queue_new(kafka.get()));
  const std::unique_ptr<rd_kafka_AdminOptions_t, DestroyAdminOptions> limits(
      rd_kafka_AdminOptions_new(kafka.get(), RD_KAFKA_ADMIN_OP_ANY));
  std::array<char, 512> why{};
  const int left = std::max(milliseconds_left(deadline), 1);
  rd_kafka_AdminOptions_set_request_timeout(limits.get(), left, why.data(), why.size());
  ask(limits.get(), answers.get());
  AdminEvent answer(rd_kafka_queue_poll(answers.get(), left));
  if (answer == nullptr) return kafka.fault(what, RD_KAFKA_RESP_ERR__TIMED_OUT);
  if (const auto failed = rd_kafka_event_error(answer.get());
      failed != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return kafka.fault(what, failed);
  }
  return answer;
}

KafkaResult<void> make_topics(const KafkaHandle& kafka, const std::vector<WantedTopic>& missing,
                              const MirrorOptions& options, KafkaDeadline deadline) {
  std::vector<NewTopic> topics;
  std::vector<rd_kafka_NewTopic_t*> raw;
  for (const WantedTopic& wanted : missing) {
    topics.push_back(new_topic(wanted, options));
    raw.push_back(topics.back().get());
  }
  const auto answer =
      ask_admin(kafka, "topics cannot be made", deadline, [&](auto* limits, auto* answers) {
        rd_kafka_CreateTopics(kafka.get(), raw.data(), raw.size(), limits, answers);
      });
  if (answer.has_error()) return answer.error();
  std::size_t count = 0;
  const rd_kafka_topic_result_t** const results = rd_kafka_CreateTopics_result_topics(
      rd_kafka_event_CreateTopics_result(answer->get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto failed = rd_kafka_topic_result_error(results[i]);
    if (failed == RD_KAFKA_RESP_ERR_NO_ERROR || failed == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      continue;
    }
    const char* const said = rd_kafka_topic_result_error_string(results[i]);
    return KafkaFault{FaultKind::retriable,
                      "the topic " + std::string(rd_kafka_topic_result_name(results[i])) +
                          " cannot be made: " + (said != nullptr ? said : "")};
  }
  return {};
}

// "" when there is nothing to say.
std::string note_on(const WantedTopic& topic, std::string_view setting, std::string_view value) {
  if (setting == "cleanup.policy" && topic.progress != (value.find("compact") != value.npos)) {
    return topic.progress ? "the topic " + topic.name + " is not compacted: it grows for ever"
                          : "the topic " + topic.name +
                                " is compacted: it keeps an entity's last event alone, and no log "
                                "can be restored from it";
  }
  if (!topic.progress && value != "-1" &&
      (setting == "retention.ms" || setting == "retention.bytes")) {
    return "the topic " + topic.name + " drops old records (" + std::string(setting) + " is " +
           std::string(value) + "): no whole log can be restored from it";
  }
  return "";
}

// Who may not look at settings is not told of them.
std::vector<std::string> notes_on(const KafkaHandle& kafka, const std::vector<WantedTopic>& topics,
                                  KafkaDeadline deadline) {
  std::vector<rd_kafka_ConfigResource_t*> resources;
  for (const WantedTopic& topic : topics) {
    resources.push_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.name.c_str()));
  }
  const auto answer =
      ask_admin(kafka, "settings cannot be read", deadline, [&](auto* limits, auto* answers) {
        rd_kafka_DescribeConfigs(kafka.get(), resources.data(), resources.size(), limits, answers);
      });
  rd_kafka_ConfigResource_destroy_array(resources.data(), resources.size());
  std::vector<std::string> notes;
  if (answer.has_error()) return notes;
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** const described = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(answer->get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view name = rd_kafka_ConfigResource_name(described[i]);
    const auto topic = std::ranges::find(topics, name, &WantedTopic::name);
    std::size_t entries = 0;
    const rd_kafka_ConfigEntry_t** const entry =
        rd_kafka_ConfigResource_configs(described[i], &entries);
    for (std::size_t e = 0; topic != topics.end() && e < entries; ++e) {
      const char* const value = rd_kafka_ConfigEntry_value(entry[e]);
      std::string note =
          note_on(*topic, rd_kafka_ConfigEntry_name(entry[e]), value != nullptr ? value : "");
      if (!note.empty()) notes.push_back(std::move(note));
    }
  }
  return notes;
}

}  // namespace

int milliseconds_left(KafkaDeadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
}

KafkaResult<FoundTopics> find_topics(const KafkaHandle& kafka, const MirrorOptions& options,
                                     const OriginId& node, KafkaDeadline deadline) {
  const std::vector<WantedTopic> wanted = wanted_topics(options, node);
  for (bool made = false;; made = true) {
    const auto there = read_metadata(kafka, deadline);
    if (there.has_error()) return there.error();
    std::vector<WantedTopic> missing;
    FoundTopics found;
    for (const WantedTopic& topic : wanted) {
      const auto known = there->find(topic.name);
      if (known == there->end()) {
        missing.push_back(topic);
      } else if (!topic.progress) {
        found.partitions.emplace(topic.name, known->second);
      }
    }
    if (missing.empty()) {
      found.notes =
          notes_on(kafka, wanted, std::min(deadline, std::chrono::steady_clock::now() + kNotes));
      return found;
    }
    if (!options.create_topics) {
      return KafkaFault{FaultKind::retriable,
                        "the topic " + missing.front().name +
                            " is missing, and mirror.create_topics is false: make it, or set that"};
    }
    if (milliseconds_left(deadline) == 0) {
      return KafkaFault{FaultKind::retriable, "the topic " + missing.front().name + " is missing"};
    }
    if (made) {
      std::this_thread::sleep_for(kLookAgain);
    } else if (auto making = make_topics(kafka, missing, options, deadline); making.has_error()) {
      return making.error();
    }
  }
}

KafkaResult<PartitionEnds> partition_ends(const KafkaHandle& kafka, const std::string& topic,
                                          std::int32_t partition, KafkaDeadline deadline) {
  for (;;) {
    PartitionEnds ends;
    const auto failed =
        rd_kafka_query_watermark_offsets(kafka.get(), topic.c_str(), partition, &ends.low,
                                         &ends.high, std::max(milliseconds_left(deadline), 1));
    if (failed == RD_KAFKA_RESP_ERR_NO_ERROR) return ends;
    const bool settles = failed == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
                         failed == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (!settles || milliseconds_left(deadline) == 0) {
      return kafka.fault("the end of " + topic + " cannot be read", failed);
    }
    std::this_thread::sleep_for(kLookAgain);
  }
}

KafkaResult<bool> any_records(const KafkaHandle& kafka, const FoundTopics& topics,
                              KafkaDeadline deadline) {
  for (const auto& [topic, partitions] : topics.partitions) {
    for (std::uint32_t partition = 0; partition < partitions; ++partition) {
      const auto ends =
          partition_ends(kafka, topic, static_cast<std::int32_t>(partition), deadline);
      if (ends.has_error()) return ends.error();
      if (ends->high > 0) return true;
    }
  }
  return false;
}

}  // namespace syncline
