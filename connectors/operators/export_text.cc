#include "connectors/operators/export_text.h"

#include "connectors/cloudevents/cloudevent.h"
#include "connectors/cloudevents/framed_line.h"
#include "connectors/operators/lines_end.h"

namespace syncline {
namespace {

constexpr std::string_view kNames[] = {"ndjson", "events", "frames"};

}  // namespace

std::optional<ExportFormat> export_format(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<ExportFormat>(i);
  }
  return std::nullopt;
}

std::string_view name(ExportFormat format) { return kNames[static_cast<std::size_t>(format)]; }

void ExportText::begin(Position from, Position to, std::string& out) {
  if (format_ == ExportFormat::frames) frames_.head({log_, from, to}, out);
}

void ExportText::event(std::string_view frame, bool id_given, std::string& out) {
  if (format_ == ExportFormat::frames) {
    frames_.record(frame, id_given, out);
    return;
  }
  std::string line = format_ == ExportFormat::ndjson
                         ? framed_line(frame, id_given, log_, mappings_)
                         : cloudevent_line(decode_frame(frame), mappings_);
  line += '\n';
  lines_ = {lines_.records + 1, crc32c(line, lines_.crc)};
  out += line;
}

void ExportText::end(std::string& out) {
  if (format_ == ExportFormat::frames) frames_.end(out);
  if (format_ == ExportFormat::ndjson) out += lines_end(lines_);
}

}  // namespace syncline
