#include "connectors/operators/lines_end.h"

#include "connectors/json/document.h"
#include "connectors/json/writer.h"

namespace syncline {
namespace {

constexpr std::string_view kBegin = R"({"end":true,)";

}  // namespace

std::string lines_end(FrameFileWriter::State lines) {
  std::string line;
  JsonWriter(line)
      .begin_object()
      .field("end", true)
      .field("events", lines.records)
      .field("crc32c", std::uint64_t{lines.crc})
      .end_object();
  return line += '\n';
}

std::optional<FrameFileWriter::State> read_lines_end(std::string_view line) {
  if (!line.starts_with(kBegin)) return std::nullopt;
  JsonDocument document;
  const auto json = document.parse(line);
  if (json.has_error()) return std::nullopt;
  const auto events = json->count_of("events"), crc = json->count_of("crc32c");
  if (!events || !crc || *crc > UINT32_MAX) return std::nullopt;
  return FrameFileWriter::State{*events, static_cast<std::uint32_t>(*crc)};
}

}  // namespace syncline
