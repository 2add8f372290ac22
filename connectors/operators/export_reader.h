// Reads back what an export wrote, lines or frames, whichever it is: of which log they are, and the
// frames in their order. The bytes come in pieces and may be anything: nothing is held but one line
// or one frame, and a fault says where it is. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/cloudevents/payload_mapping.h"
#include "engine/log/frame_file.h"

namespace syncline {

class ExportReader {
 public:
  // `mappings` outlives it.
  ExportReader(FrameSink sink, const PayloadMappings& mappings);

  // `invalid`: it is no export of which a log can be made, or one that was changed; `newer_format`;
  // an error of the sink.
  // The message begins with the place ("line 7: …").
  Result<void> take(std::string_view bytes);
  // There is no more. `invalid`: it is cut, or there was nothing.
  Result<void> end();

 private:
  Result<void> take_lines(std::string_view bytes);
  Result<void> take_line(std::string_view line);
  Result<void> take_event(std::string_view line);
  Error at_place(Error error) const;

  const FrameSink sink_;
  const PayloadMappings& mappings_;
  std::string pending_;  // the beginning of a line
  std::uint64_t lines_ = 0;
  std::uint64_t events_ = 0;
  std::uint32_t crc_ = 0;                  // of the lines
  bool ended_ = false;                     // their end was read
  std::optional<LogName> log_;             // of the lines
  std::optional<FrameFileReader> frames_;  // when it is no lines
};

}  // namespace syncline
