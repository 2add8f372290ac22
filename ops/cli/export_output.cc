#include "ops/cli/export_output.h"

#include <fstream>
#include <iterator>

#include <unistd.h>

#include "connectors/json/document.h"
#include "connectors/json/writer.h"

namespace syncline {
namespace {

std::string part_of(const std::string& path) { return path + ".part"; }
std::string note_of(const std::string& path) { return part_of(path) + ".json"; }

std::string note_text(const ExportMark& mark) {
  std::string text;
  JsonWriter(text)
      .begin_object()
      .field("asked", std::string_view(mark.asked))
      .field("log", std::string_view(mark.identity))
      .field("from", mark.from)
      .field("to", mark.to)
      .field("next", mark.next)
      .field("bytes", mark.bytes)
      .field("events", mark.state.records)
      .field("crc", mark.state.crc)
      .end_object();
  return text + "\n";
}

}  // namespace

Result<std::optional<ExportMark>> read_mark(const std::string& path) {
  const auto written = written_file(path);
  if (written.has_error()) return written.error();
  std::ifstream file(note_of(*written), std::ios::binary);
  if (!file) return std::optional<ExportMark>();
  const std::string text(std::istreambuf_iterator<char>(file), {});
  JsonDocument document;
  const auto json = document.parse(text);
  const Error damaged{
      ErrorCode::corrupt,
      note_of(*written) + " does not say how far the part is; begin without --resume"};
  if (json.has_error()) return damaged;
  const auto from = json->count_of("from"), to = json->count_of("to");
  const auto next = json->count_of("next"), bytes = json->count_of("bytes");
  const auto events = json->count_of("events"), crc = json->count_of("crc");
  if (!from || !to || !next || !bytes || !events || !crc) return damaged;
  return std::optional(ExportMark{std::string(json->text_of("asked")),
                                  std::string(json->text_of("log")),
                                  Position(*from),
                                  Position(*to),
                                  Position(*next),
                                  *bytes,
                                  {*events, static_cast<std::uint32_t>(*crc)}});
}

Result<std::unique_ptr<ExportOutput>> ExportOutput::open(const std::string& path, bool zstd,
                                                         const ExportMark& from) {
  const bool goes_on = from.bytes > 0;
  auto file = WholeFile::open(path, goes_on ? std::optional(from.bytes) : std::nullopt);
  if (file.has_error()) {
    Error error = file.error();
    if (goes_on && error.code == ErrorCode::corrupt) error.message += ", without --resume";
    return error;
  }
  std::unique_ptr<ExportOutput> output(new ExportOutput(std::move(*file)));
  if (zstd) output->zstd_ = std::make_unique<ZstdWriter>();
  if (path.empty()) return output;
  output->note_ = note_of(*written_file(path));
  output->bytes_ = output->kept_ = from.bytes;
  if (goes_on) return output;
  if (auto noted = output->keep(from); noted.has_error()) return noted.error();
  return output;
}

ExportOutput::~ExportOutput() {
  if (note_.empty()) return;
  if (kept_ > 0) {
    file_->leave_part();
  } else {
    ::unlink(note_.c_str());  // nothing goes on from it
  }
}

Result<void> ExportOutput::write(std::string_view text) {
  if (zstd_ == nullptr) return put(text);
  compressed_.clear();
  in_frame_ = true;
  zstd_->add(text, compressed_);
  return put(compressed_);
}

Result<void> ExportOutput::put(std::string_view bytes) {
  bytes_ += bytes.size();
  return file_->write(bytes);
}

Result<void> ExportOutput::end_frame() {
  if (zstd_ == nullptr) return {};
  compressed_.clear();
  in_frame_ = false;
  zstd_->end_frame(compressed_);
  return put(compressed_);
}

Result<void> ExportOutput::keep(ExportMark mark) {
  if (in_frame_) {
    if (auto ended = end_frame(); ended.has_error()) return ended;
  }
  if (auto synced = file_->sync(); synced.has_error()) return synced;
  mark.bytes = bytes_;
  if (auto noted = replace_file(note_, note_text(mark)); noted.has_error()) return noted;
  kept_ = bytes_;
  return {};
}

Result<void> ExportOutput::finish() {
  if (auto ended = end_frame(); ended.has_error()) return ended;
  if (auto finished = file_->finish(); finished.has_error()) return finished;
  kept_ = 0;
  return {};
}

}  // namespace syncline
