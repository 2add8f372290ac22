// The last line of an export of lines, without which it is not whole. It is no event (it has no
// `specversion`): `{"end":true,"events":45,"crc32c":2774832109}`, the number of the lines before it
// and the CRC-32C of their bytes, line breaks too. It finds what was cut, lost or changed; who
// makes a new one can say what he likes beside the frames. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/log/frame_file.h"

namespace syncline {

// With its line break.
std::string lines_end(FrameFileWriter::State lines);
// Of a line without its break; nullopt: it is another one.
std::optional<FrameFileWriter::State> read_lines_end(std::string_view line);

}  // namespace syncline
