// `syncline log export`: the events of a folder or a server, as lines or as frames alone. A file
// appears under its name only when it is whole; one that was stopped is gone on with.
#include <algorithm>

#include "connectors/json/writer.h"
#include "connectors/operators/export_text.h"
#include "engine/limits.h"
#include "ops/cli/export_output.h"
#include "ops/cli/log_commands.h"
#include "ops/cli/log_source.h"
#include "ops/cli/long_work.h"
#include "ops/cli/print.h"
#include "ops/cli/shared_words.h"
#include "ops/cli/wiring.h"

namespace syncline {
namespace {

constexpr std::size_t kWriteBytes = 256 * limits::kKiB;
constexpr std::size_t kKeepBytes = 16 * limits::kMiB;  // what a crash may write again

std::string position_text(const std::optional<Position>& position) {
  return position ? std::to_string(position->value) : "";
}

// What makes two commands write the same.
std::string asked_text(const LogExportCommand& command, bool zstd) {
  std::string text = "from=" + position_text(command.from) + " to=" + position_text(command.to) +
                     " format=" + std::string(name(command.format)) + (zstd ? " zstd" : "");
  const std::string chosen = filter_words(command.filter);
  return chosen.empty() ? text : text + " " + chosen;
}

class Export {
 public:
  Export(const LogExportCommand& command, LongWork& work)
      : command_(command),
        work_(work),
        zstd_(command.zstd || command.output.ends_with(".zst")),
        mappings_(make_payload_mappings()) {}

  Result<void> run() {
    ExportQuery query{command_.from, command_.to, command_.filter};
    if (command_.resume) {
      if (auto found = find_mark(query); found.has_error()) return found;
    }
    const auto source = open_source(command_.where);
    if (source.has_error()) return source.error();
    const auto read = (*source)->frames(
        query, {[this](const FrameFileHead& head) { return begin(head); },
                [this](std::string_view frame, bool id_given) { return event(frame, id_given); }});
    if (read.has_error()) return kept(read.error());
    text_->end(buffer_);
    if (auto written = flush(); written.has_error()) return kept(written.error());
    return output_->finish();
  }

  const ExportMark& mark() const { return mark_; }
  std::uint64_t events() const { return events_; }

 private:
  Result<void> find_mark(ExportQuery& query) {
    auto found = read_mark(command_.output);
    if (found.has_error()) return found.error();
    if (!*found) {
      return Error{ErrorCode::not_found, "there is no part of " + command_.output +
                                             " to go on with; export it without --resume"};
    }
    if ((*found)->asked != asked_text(command_, zstd_)) {
      return Error{ErrorCode::invalid, "the part of " + command_.output + " was exported with `" +
                                           (*found)->asked +
                                           "`; ask for the same, or begin without --resume"};
    }
    goes_on_ = std::move(*found);
    query.from = goes_on_->next;
    query.to = goes_on_->to;
    return {};
  }

  Result<void> begin(const FrameFileHead& head) {
    if (goes_on_ && goes_on_->identity != head.log.identity) {
      return Error{ErrorCode::invalid, "the part of " + command_.output + " is of log " +
                                           goes_on_->identity + ", and this is " +
                                           head.log.identity + "; begin without --resume"};
    }
    mark_ = goes_on_.value_or(ExportMark{
        asked_text(command_, zstd_), head.log.identity, head.from, head.to, head.from, 0, {}});
    auto output = ExportOutput::open(command_.output, zstd_, mark_);
    if (output.has_error()) return output.error();
    output_ = std::move(*output);
    events_ = mark_.state.records;
    if (mark_.bytes > 0) kept_ = mark_.next;
    text_.emplace(command_.format, head.log, mappings_, mark_.state);
    if (mark_.bytes == 0) text_->begin(head.from, head.to, buffer_);
    return {};
  }

  Result<void> event(std::string_view frame, bool id_given) {
    text_->event(frame, id_given, buffer_);
    ++events_;
    const Position position = decode_header(frame)->position;
    mark_.next = position.next();
    if (buffer_.size() >= kWriteBytes) {
      if (auto written = flush(); written.has_error()) return written;
      if (unkept_ >= kKeepBytes && !command_.output.empty()) {
        if (auto kept = keep(); kept.has_error()) return kept;
      }
    }
    if (work_.go_on(position, mark_.to, frame.size())) return {};
    return Error{ErrorCode::stopping,
                 "the export was stopped behind event " + std::to_string(position.value)};
  }

  Result<void> flush() {
    auto written = output_->write(buffer_);
    broken_ = written.has_error();
    unkept_ += buffer_.size();
    buffer_.clear();
    return written;
  }

  Result<void> keep() {
    unkept_ = 0;
    mark_.state = text_->state();
    auto kept = output_->keep(mark_);
    broken_ = kept.has_error();
    if (!broken_) kept_ = mark_.next;
    return kept;
  }

  // What is whole of an export that ended before its end.
  Error kept(Error error) {
    if (output_ == nullptr || command_.output.empty()) return error;
    // Behind what could not be written nothing is whole: what was kept before is left.
    if (!broken_ && events_ > 0 && flush().has_value()) static_cast<void>(keep());
    if (kept_) {
      error.message +=
          "; the same command with --resume goes on from event " + std::to_string(kept_->value);
    }
    return error;
  }

  const LogExportCommand& command_;
  LongWork& work_;
  const bool zstd_;
  const PayloadMappings mappings_;
  std::optional<ExportMark> goes_on_;
  std::unique_ptr<ExportOutput> output_;
  std::optional<ExportText> text_;
  ExportMark mark_;
  std::string buffer_;
  std::size_t unkept_ = 0;
  bool broken_ = false;           // a write failed
  std::optional<Position> kept_;  // from where another run goes on
  std::uint64_t events_ = 0;
};

void print_summary(const LogExportCommand& command, const Export& done) {
  if (!command.json) {
    print_line("exported " + std::to_string(done.events()) + " events to " + command.output);
    return;
  }
  std::string line;
  JsonWriter(line)
      .begin_object()
      .field("output", std::string_view(command.output))
      .field("format", name(command.format))
      .field("log", std::string_view(done.mark().identity))
      .field("from", done.mark().from)
      .field("to", done.mark().to)
      .field("events", done.events())
      .end_object();
  print_line(line);
}

}  // namespace

Exit run(const LogExportCommand& command) {
  LongWork work("exporting", command.rate);
  Export exported(command, work);
  if (auto done = exported.run(); done.has_error()) return failed(done.error());
  if (!command.output.empty()) print_summary(command, exported);
  return Exit::done;
}

}  // namespace syncline
