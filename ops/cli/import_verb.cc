// `syncline log import`: a log again, from what `log export` wrote of it. The folder is a log only
// when all of the file was read and right.
#include <filesystem>
#include <memory>

#include "connectors/cloudevents/body_fault.h"
#include "connectors/cloudevents/content.h"
#include "connectors/json/writer.h"
#include "connectors/operators/export_reader.h"
#include "engine/log/log_builder.h"
#include "engine/rng.h"
#include "ops/cli/import_new.h"
#include "ops/cli/input_file.h"
#include "ops/cli/log_commands.h"
#include "ops/cli/long_work.h"
#include "ops/cli/print.h"
#include "ops/cli/wiring.h"

namespace syncline {
namespace {

// The same log, byte for byte.
class Copy {
 public:
  Copy(const LogImportCommand& command, LongWork& work)
      : command_(command), work_(work), file_(command.file) {}

  Result<void> run() {
    ExportReader reader(
        {[this](const FrameFileHead& head) { return begin(head); },
         [this](std::string_view frame, bool id_given) { return event(frame, id_given); }},
        mappings_);
    auto read = file_.read(reader);
    if (read.has_value() && builder_ == nullptr) {
      read = Error{ErrorCode::invalid, command_.file + " holds no event"};
    }
    if (read.has_value()) read = builder_->finish();
    if (read.has_value()) return read;
    return half(read.error());
  }

  const LogName& log() const { return log_; }
  Head head() const { return builder_->head(); }

 private:
  Result<void> begin(const FrameFileHead& head) {
    if (auto empty = check_empty(); empty.has_error()) return empty;
    log_ = head.log;
    auto builder = LogBuilder::open({.data = command_.data, .name = head.log});
    if (builder.has_error()) return builder.error();
    builder_ = std::move(*builder);
    return {};
  }

  // What a folder with a beginning of a log holds is the builder's to judge.
  Result<void> check_empty() const {
    std::error_code fault;
    if (Log::exists(command_.data + "/log", nullptr)) return {};
    const std::filesystem::directory_iterator first(command_.data, fault);
    if (fault || first == std::filesystem::directory_iterator()) return {};
    return Error{ErrorCode::invalid, command_.data + " is not empty: it has " +
                                         first->path().filename().string() +
                                         "; choose an empty folder, or one that is not there"};
  }

  Result<void> event(std::string_view frame, bool id_given) {
    std::optional<Hash> content;
    if (frame_fault(frame, FrameCheck::checksum) ==
        nullptr) {  // else the builder says what is wrong
      const EventBody body = decode_frame(frame).body;
      if (const std::string fault = body_fault(body, mappings_); !fault.empty()) {
        return Error{ErrorCode::invalid, "the event " + fault};
      }
      if (id_given) {
        content = content_hash_of(body, mappings_);
      } else if (!may_be_made(body.id)) {
        return Error{ErrorCode::invalid, "the event's id, " + std::string(body.id) +
                                             ", is one that a producer gives, and the export says "
                                             "that none did; it was changed"};
      }
    }
    if (auto added = builder_->add(frame, content); added.has_error()) return added;
    const auto [read, size] = file_.place();
    if (work_.go_on(Position(read), Position(size), frame.size())) return {};
    return Error{ErrorCode::stopping, "the import was stopped; the same command goes on"};
  }

  // What a folder is that was begun and is not a log.
  Error half(Error error) const {
    if (builder_ == nullptr || error.code == ErrorCode::stopping) return error;
    error.message += "; " + command_.data +
                     " holds half a copy, which no server opens: the same command goes on when the "
                     "file is right, or delete the folder";
    return error;
  }

  const LogImportCommand& command_;
  LongWork& work_;
  InputFile file_;
  const PayloadMappings mappings_ = make_payload_mappings();
  LogName log_;
  std::unique_ptr<LogBuilder> builder_;
};

void print_copied(const LogImportCommand& command, const LogName& log, const Head& head) {
  if (!command.json) {
    print_line("imported " + std::to_string(head.position.value) + " events into " + command.data +
               "; the log ends at " + std::to_string(head.position.value) + " with hash " +
               hex(head.hash));
    return;
  }
  std::string line;
  JsonWriter(line)
      .begin_object()
      .field("data", std::string_view(command.data))
      .field("log", std::string_view(log.identity))
      .field("node", log.node.text())
      .field("events", head.position)
      .key("head")
      .begin_object()
      .field("position", head.position)
      .field("hash", std::string_view(hex(head.hash)))
      .end_object()
      .end_object();
  print_line(line);
}

}  // namespace

Exit run(const LogImportCommand& command) {
  LongWork work("importing, bytes", command.rate);
  if (command.as_new) return import_as_new(command, work);
  Copy copy(command, work);
  if (auto made = copy.run(); made.has_error()) return failed(made.error());
  print_copied(command, copy.log(), copy.head());
  return Exit::done;
}

}  // namespace syncline
