#include "connectors/mirror/mirror_topics.h"

namespace syncline {
namespace {

Result<void> read_last_words(TopicReader& reader, std::map<OriginId, MirrorProgress>& progress) {
  for (std::size_t i = 0; i < reader.partitions().size(); ++i) {
    for (;;) {
      const auto record = reader.next(i);
      if (record.has_error()) return record.error();
      if (!*record) break;
      const auto node = OriginId::from((*record)->key);
      const auto read = read_progress((*record)->value);
      if (!node || read.has_error()) {
        return Error{ErrorCode::corrupt, (*record)->place() +
                                             " is no progress record; somebody "
                                             "else wrote it"};
      }
      progress[*node] = *read;
    }
  }
  return {};
}

}  // namespace

std::vector<TopicListed> MirrorTopics::system() const {
  std::vector<TopicListed> found;
  for (const TopicListed& topic : families) {
    if (topic.name == topic_name(prefix, TopicFamily::system)) found.push_back(topic);
  }
  return found;
}

Result<MirrorTopics> look_at_mirror(const MirrorOptions& options) {
  auto reader = TopicReader::open(options);
  if (reader.has_error()) return reader.error();
  const std::string& prefix = options.prefix;
  MirrorTopics mirror{
      .reader = std::move(*reader), .prefix = prefix, .families = {}, .progress = {}};
  const auto listed = mirror.reader->topics(prefix + ".");
  if (listed.has_error()) return listed.error();
  std::vector<TopicListed> progress;
  for (const TopicListed& topic : *listed) {
    for (const TopicFamily family : kTopicFamilies) {
      if (topic.name == topic_name(prefix, family)) mirror.families.push_back(topic);
    }
    if (topic.name.starts_with(progress_topic(prefix, {}))) progress.push_back(topic);
  }
  if (auto begun = mirror.reader->begin(progress); begun.has_error()) return begun.error();
  if (auto read = read_last_words(*mirror.reader, mirror.progress); read.has_error()) {
    return read.error();
  }
  return mirror;
}

}  // namespace syncline
