// Reads back what an export wrote, lines or frames, whichever it is: of which log they are, and the
// frames in their order. The bytes come in pieces and may be anything: nothing is held but one line
// or one frame, and a fault says where it is. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/log/frame_file.h"

namespace syncline {

class ExportReader {
 public:
  explicit ExportReader(FrameSink sink);

  // `invalid`: it is no export of which a log can be made; `newer_format`; an error of the sink.
  // The message begins with the place ("line 7: …").
  Result<void> take(std::string_view bytes);
  // There is no more. `invalid`: it is cut, or there was nothing.
  Result<void> end();

 private:
  Result<void> take_lines(std::string_view bytes);
  Result<void> take_line(std::string_view line);
  Error at_place(Error error) const;

  const FrameSink sink_;
  std::string pending_;  // the beginning of a line
  std::uint64_t lines_ = 0;
  std::uint64_t events_ = 0;
  std::optional<LogName> log_;             // of the lines
  std::optional<FrameFileReader> frames_;  // when it is no lines
};

}  // namespace syncline
