// Events as an export writes them, piece by piece into a string: CloudEvents with their frames, the
// same without, or frames alone. What a log can be made of again ends with what tells that it is
// whole. Pure but for what it remembers. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/cloudevents/payload_mapping.h"
#include "engine/log/frame_file.h"

namespace syncline {

enum class ExportFormat {
  ndjson,  // a line each, with what a log can be made of again (framed_line.h), then lines_end()
  events,  // a line each, a CloudEvent and nothing more
  frames,  // engine/log/frame_file.h
};
std::optional<ExportFormat> export_format(std::string_view name);
std::string_view name(ExportFormat format);

class ExportText {
 public:
  // `mappings` outlives it. `state`: of a text that is gone on with.
  ExportText(ExportFormat format, LogName log, const PayloadMappings& mappings,
             FrameFileWriter::State state = {})
      : format_(format), log_(std::move(log)), mappings_(mappings), frames_(state), lines_(state) {}

  void begin(Position from, Position to, std::string& out);
  void event(std::string_view frame, bool id_given, std::string& out);
  void end(std::string& out);
  FrameFileWriter::State state() const {
    return format_ == ExportFormat::frames ? frames_.state() : lines_;
  }

 private:
  const ExportFormat format_;
  const LogName log_;
  const PayloadMappings& mappings_;
  FrameFileWriter frames_;
  FrameFileWriter::State lines_;
};

}  // namespace syncline
