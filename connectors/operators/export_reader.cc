#include "connectors/operators/export_reader.h"

#include "connectors/cloudevents/framed_line.h"
#include "connectors/operators/lines_end.h"
#include "engine/limits.h"

namespace syncline {

ExportReader::ExportReader(FrameSink sink, const PayloadMappings& mappings)
    : sink_(std::move(sink)), mappings_(mappings) {}

Result<void> ExportReader::take(std::string_view bytes) {
  if (lines_ == 0 && !frames_) {  // one byte tells: no line begins with the first of the magic
    const std::string_view first = pending_.empty() ? bytes : std::string_view(pending_);
    if (first.empty()) return {};
    if (first.front() == kFrameFileMagic.front()) {
      FrameSink counted{sink_.head, [this](std::string_view frame, bool id_given) {
                          ++events_;
                          return sink_.event(frame, id_given);
                        }};
      frames_.emplace(std::move(counted));
    }
  }
  auto taken = frames_ ? frames_->take(bytes) : take_lines(bytes);
  if (taken.has_error()) return at_place(taken.error());
  return {};
}

Result<void> ExportReader::take_lines(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view more = bytes.substr(0, end);
    const bool ends = end != std::string_view::npos;
    const bool fits = pending_.size() + more.size() <= limits::kLineBytes;
    if (ends || !fits) ++lines_;
    if (!fits) {
      return Error{ErrorCode::invalid,
                   "is longer than " + std::to_string(limits::kLineBytes) + " bytes: no event is"};
    }
    pending_.append(more);
    if (!ends) return {};
    bytes.remove_prefix(end + 1);
    if (auto taken = take_line(pending_); taken.has_error()) return taken;
    pending_.clear();
  }
  return {};
}

Result<void> ExportReader::take_line(std::string_view line) {
  if (ended_) return Error{ErrorCode::invalid, "stands behind the end of the export"};
  const auto end = read_lines_end(line);
  if (!end) return take_event(line);
  if (*end != FrameFileWriter::State{events_, crc_}) {
    return Error{ErrorCode::invalid, "is the end of other lines than the " +
                                         std::to_string(events_) +
                                         " before it; one is missing, or was changed"};
  }
  ended_ = true;
  return {};
}

Result<void> ExportReader::take_event(std::string_view line) {
  auto event = read_framed_line(line, mappings_);
  if (event.has_error()) return event.error();
  if (!log_) {
    log_ = event->log;
    if (auto taken = sink_.head({*log_, Position(1), Position()}); taken.has_error()) return taken;
  }
  if (event->log != *log_) {
    return Error{ErrorCode::invalid,
                 "is of log " + event->log.identity + ", and those before it of " + log_->identity};
  }
  ++events_;
  crc_ = crc32c("\n", crc32c(line, crc_));
  return sink_.event(event->frame, event->id_given);
}

Result<void> ExportReader::end() {
  if (frames_) {
    auto ended = frames_->end();
    if (ended.has_error()) return ended.error();
    return {};
  }
  if (!pending_.empty()) {
    ++lines_;
    return at_place({ErrorCode::invalid, "is cut: it does not end"});
  }
  if (lines_ == 0) return Error{ErrorCode::invalid, "there is no event in it"};
  if (ended_) return {};
  return Error{ErrorCode::invalid, "the lines end after " + std::to_string(events_) +
                                       " events without the line that ends an export; it was cut, "
                                       "or written before there was one: export it again"};
}

Error ExportReader::at_place(Error error) const {
  const std::string place = frames_ ? "event " + std::to_string(events_) + " of the file: "
                                    : "line " + std::to_string(lines_) + ": ";
  return {error.code, place + error.message};
}

}  // namespace syncline
