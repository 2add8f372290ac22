// Where an export goes: stdout, or a file beside the wanted one (NAME.part) that takes its name
// when it is whole. Beside the part lies a note (NAME.part.json) of how far it is for certain, from
// which another run goes on; both go when the file is whole. One thread.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/log/frame_file.h"
#include "ops/cli/zstd_stream.h"

namespace syncline {

// How far a part is: everything before `next` is in its first `bytes`.
struct ExportMark {
  std::string asked;     // the words of the command that change what is written
  std::string identity;  // of the log
  Position from;
  Position to;
  Position next;
  std::uint64_t bytes = 0;
  FrameFileWriter::State state;
};
// nullopt: there is nothing to go on with. `path`: the wanted file's.
Result<std::optional<ExportMark>> read_mark(const std::string& path);

class ExportOutput {
 public:
  // `path`: "" is stdout. `goes_on`: the part is kept up to its mark.
  static Result<std::unique_ptr<ExportOutput>> open(std::string path, bool zstd,
                                                    const std::optional<ExportMark>& goes_on);
  ~ExportOutput();
  ExportOutput(const ExportOutput&) = delete;
  ExportOutput& operator=(const ExportOutput&) = delete;

  Result<void> write(std::string_view text);
  // What was written is on disk, and the note says so; `mark` without its bytes. Only for a file.
  Result<void> keep(ExportMark mark);
  Result<void> finish();

 private:
  explicit ExportOutput(std::string path) : path_(std::move(path)) {}
  Result<void> put(std::string_view bytes);
  Error fault() const;

  const std::string path_;
  std::FILE* file_ = nullptr;
  std::uint64_t bytes_ = 0;
  std::unique_ptr<ZstdWriter> zstd_;
  std::string compressed_;
};

}  // namespace syncline
