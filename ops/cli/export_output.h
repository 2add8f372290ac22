// Where an export goes: stdout, or a file that takes its name when it is whole (whole_file.h).
// Beside its part lies from the beginning a note (NAME.part.json) of how far it is for certain,
// from which another run goes on, also after a kill; it goes when the file is whole. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/log/frame_file.h"
#include "ops/cli/whole_file.h"
#include "ops/cli/zstd_stream.h"

namespace syncline {

// How far a part is: everything before `next` is in its first `bytes`. None: it begins.
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
  // `path`: "" is stdout. `from`: the part is kept up to there. Errors: those of WholeFile::open().
  static Result<std::unique_ptr<ExportOutput>> open(const std::string& path, bool zstd,
                                                    const ExportMark& from);
  ~ExportOutput();  // without finish() what was kept is left
  ExportOutput(const ExportOutput&) = delete;
  ExportOutput& operator=(const ExportOutput&) = delete;

  Result<void> write(std::string_view text);
  // What was written is on disk, and the note says so; `mark` without its bytes. Only for a file.
  Result<void> keep(ExportMark mark);
  Result<void> finish();

 private:
  explicit ExportOutput(std::unique_ptr<WholeFile> file) : file_(std::move(file)) {}
  Result<void> put(std::string_view bytes);
  Result<void> end_frame();

  const std::unique_ptr<WholeFile> file_;
  std::string note_;  // "": there is none, of stdout
  std::uint64_t bytes_ = 0;
  std::uint64_t kept_ = 0;  // of them, so many are on disk, and the note says so
  std::unique_ptr<ZstdWriter> zstd_;
  bool in_frame_ = false;  // what was written may still be in zstd_
  std::string compressed_;
};

}  // namespace syncline
