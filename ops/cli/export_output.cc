#include "ops/cli/export_output.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
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

// Whole or not at all: a note that lies would cost the part.
bool replace_note(const std::string& path, const std::string& text) {
  const std::string fresh = note_of(path) + ".new";
  std::FILE* file = std::fopen(fresh.c_str(), "wbe");
  if (file == nullptr) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size() &&
                       std::fflush(file) == 0 && ::fdatasync(::fileno(file)) == 0;
  return std::fclose(file) == 0 && written &&
         std::rename(fresh.c_str(), note_of(path).c_str()) == 0;
}

}  // namespace

Result<std::optional<ExportMark>> read_mark(const std::string& path) {
  std::ifstream file(note_of(path), std::ios::binary);
  if (!file) return std::optional<ExportMark>();
  const std::string text(std::istreambuf_iterator<char>(file), {});
  JsonDocument document;
  const auto json = document.parse(text);
  const Error damaged{ErrorCode::corrupt,
                      note_of(path) + " does not say how far the part is; begin without --resume"};
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

Result<std::unique_ptr<ExportOutput>> ExportOutput::open(std::string path, bool zstd,
                                                         const std::optional<ExportMark>& goes_on) {
  std::unique_ptr<ExportOutput> output(new ExportOutput(std::move(path)));
  if (zstd) output->zstd_ = std::make_unique<ZstdWriter>();
  const std::string& name = output->path_;
  if (name.empty()) {
    output->file_ = stdout;
    return output;
  }
  if (goes_on) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(part_of(name), missing);
    if (missing || size < goes_on->bytes) {
      return Error{ErrorCode::corrupt, part_of(name) + " is shorter than " + note_of(name) +
                                           " says; begin without --resume"};
    }
  } else {
    ::unlink(note_of(name).c_str());
  }
  output->file_ = std::fopen(part_of(name).c_str(), goes_on ? "r+be" : "wbe");
  if (output->file_ == nullptr) return output->fault();
  if (goes_on) {
    output->bytes_ = goes_on->bytes;
    if (::ftruncate(::fileno(output->file_), static_cast<off_t>(goes_on->bytes)) != 0 ||
        std::fseek(output->file_, 0, SEEK_END) != 0) {
      return output->fault();
    }
  }
  return output;
}

ExportOutput::~ExportOutput() {
  if (path_.empty() || file_ == nullptr) return;
  std::fclose(file_);
  // A part that nothing goes on from is no use to anybody.
  if (::access(note_of(path_).c_str(), F_OK) != 0) ::unlink(part_of(path_).c_str());
}

Result<void> ExportOutput::write(std::string_view text) {
  if (zstd_ == nullptr) return put(text);
  compressed_.clear();
  zstd_->add(text, compressed_);
  return put(compressed_);
}

Result<void> ExportOutput::put(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) return fault();
  bytes_ += bytes.size();
  return {};
}

Result<void> ExportOutput::keep(ExportMark mark) {
  if (zstd_ != nullptr) {
    compressed_.clear();
    zstd_->end_frame(compressed_);
    if (auto ended = put(compressed_); ended.has_error()) return ended;
  }
  mark.bytes = bytes_;
  if (std::fflush(file_) != 0 || ::fdatasync(::fileno(file_)) != 0 ||
      !replace_note(path_, note_text(mark))) {
    return fault();
  }
  return {};
}

Result<void> ExportOutput::finish() {
  if (zstd_ != nullptr) {
    compressed_.clear();
    zstd_->end_frame(compressed_);
    if (auto ended = put(compressed_); ended.has_error()) return ended;
  }
  if (std::fflush(file_) != 0) return fault();
  if (path_.empty()) return {};
  if (::fsync(::fileno(file_)) != 0 || std::fclose(std::exchange(file_, nullptr)) != 0 ||
      std::rename(part_of(path_).c_str(), path_.c_str()) != 0) {
    return fault();
  }
  ::unlink(note_of(path_).c_str());
  return {};
}

Error ExportOutput::fault() const {
  return {ErrorCode::io, "the export could not be written to " +
                             (path_.empty() ? "stdout" : path_) + ": " + std::strerror(errno) +
                             "; choose another --output"};
}

}  // namespace syncline
