// What there is of a mirror under one prefix: its topics, and how far each node has come. For the
// verbs that read a mirror; they go on with the reader. One thread, which waits for the broker.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connectors/mirror/record_form.h"
#include "connectors/mirror/topic_reader.h"

namespace syncline {

struct MirrorTopics {
  std::unique_ptr<TopicReader> reader;
  std::string prefix;
  std::vector<TopicListed> families;            // those of the seven that there are
  std::map<OriginId, MirrorProgress> progress;  // the last word of each node

  std::vector<TopicListed> system() const;  // the one with the beginnings of incarnations
};

// Errors: invalid (librdkafka does not take the options), corrupt (a progress record), io, timeout.
Result<MirrorTopics> look_at_mirror(const MirrorOptions& options);

}  // namespace syncline
