// Writes records into one topic, in order, each once (idempotent, without transactions): what
// `replay --to-kafka` tells. Waits when librdkafka holds enough already. One thread; librdkafka has
// threads of its own behind it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/mirror/mirror_options.h"
#include "engine/error.h"

namespace syncline {

class TopicWriter {
 public:
  // A topic that is not there is not made: the first record is refused then. Errors: invalid.
  static Result<std::unique_ptr<TopicWriter>> open(const MirrorOptions& options,
                                                   const std::string& topic);
  ~TopicWriter();

  using Header = std::pair<std::string_view, std::string_view>;
  // An error is that of an earlier record, too; what lies behind that one may be there.
  Result<void> write(std::string_view key, std::string_view value,
                     const std::vector<Header>& headers);
  // Everything that was written is in the topic when it returns.
  Result<void> finish();

 private:
  struct Producer;
  explicit TopicWriter(std::unique_ptr<Producer> producer);
  std::unique_ptr<Producer> producer_;
};

}  // namespace syncline
