// `syncline log export`: CloudEvents, one a line. A file appears under its name only when it is
// whole.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "connectors/json/writer.h"
#include "ops/cli/log_commands.h"
#include "ops/cli/log_source.h"
#include "ops/cli/print.h"
#include "ops/cli/progress_line.h"

namespace syncline {
namespace {

// Where the lines go: stdout, or a file beside the wanted one that takes its name at the end.
class Output {
 public:
  explicit Output(std::string path) : path_(std::move(path)) {
    file_ = path_.empty() ? stdout : std::fopen(part().c_str(), "wbe");
  }
  ~Output() {
    if (path_.empty() || file_ == nullptr) return;
    std::fclose(file_);
    ::unlink(part().c_str());
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  bool good() const { return file_ != nullptr; }
  bool write(std::string_view line) {
    return std::fwrite(line.data(), 1, line.size(), file_) == line.size() &&
           std::fputc('\n', file_) != EOF;
  }
  bool finish() {
    if (std::fflush(file_) != 0) return false;
    if (path_.empty()) return true;
    if (::fsync(::fileno(file_)) != 0 || std::fclose(std::exchange(file_, nullptr)) != 0 ||
        std::rename(part().c_str(), path_.c_str()) != 0) {
      return false;
    }
    return true;
  }
  Error fault() const {
    return {ErrorCode::io, "the export could not be written to " +
                               (path_.empty() ? "stdout" : path_) + ": " + std::strerror(errno) +
                               "; choose another --output"};
  }

 private:
  std::string part() const { return path_ + ".part"; }

  const std::string path_;
  std::FILE* file_;
};

void print_summary(const LogExportCommand& command, Position from, Position to,
                   std::uint64_t events) {
  if (!command.json) {
    print_line("exported " + std::to_string(events) + " events to " + command.output);
    return;
  }
  std::string line;
  JsonWriter(line)
      .begin_object()
      .field("output", std::string_view(command.output))
      .field("from", from)
      .field("to", to)
      .field("events", events)
      .end_object();
  print_line(line);
}

}  // namespace

Exit run(const LogExportCommand& command) {
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  const auto end = (*source)->end();
  if (end.has_error()) return failed(end.error());
  const Position from = command.from.value_or(Position(1));
  const Position to = std::min(command.to.value_or(end->position), end->position);

  Output output(command.output);
  if (!output.good()) return failed(output.fault());
  std::uint64_t events = 0;
  bool written = true;
  {
    ProgressLine progress("exporting");
    const auto read = (*source)->events(from, to, [&](Position position, std::string_view line) {
      written = output.write(line);
      ++events;
      progress.show(position, to);
      return written;
    });
    if (read.has_error()) return failed(read.error());
  }
  if (!written || !output.finish()) return failed(output.fault());
  if (!command.output.empty()) print_summary(command, from, to, events);
  return Exit::done;
}

}  // namespace syncline
