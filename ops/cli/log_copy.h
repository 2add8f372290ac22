// A log made again in a folder, byte for byte, from frames that come in order: from the file of an
// export, from another folder, from a server. The folder is a log only when all of them came and
// were right; until then no server opens it, and the same frames again go on with it. One thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "connectors/cloudevents/payload_mapping.h"
#include "engine/log/frame_file.h"
#include "engine/log/log_builder.h"

namespace syncline {

class LogCopy {
 public:
  // After each event, with the bytes of its frame; false ends it, with `stopping`.
  using GoOn = std::function<bool(std::size_t bytes)>;

  explicit LogCopy(std::string data);

  FrameSink sink(GoOn go_on);  // outlived by it
  // `read`: how what gave the frames ended. `begins`: of a copy that may lack the end of its log.
  Result<void> finish(Result<void> read, const std::optional<IncarnationNote>& begins = {});

  const LogName& log() const { return log_; }
  Head head() const { return builder_ == nullptr ? Head{} : builder_->head(); }
  std::string json() const;  // what was made

 private:
  Result<void> begin(const FrameFileHead& head);
  Result<void> check_empty() const;
  Result<void> event(std::string_view frame, bool id_given);
  Error half(Error error) const;

  const std::string data_;
  const PayloadMappings mappings_;
  LogName log_;
  std::unique_ptr<LogBuilder> builder_;
};

}  // namespace syncline
