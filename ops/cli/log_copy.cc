#include "ops/cli/log_copy.h"

#include <filesystem>

#include "connectors/cloudevents/body_fault.h"
#include "connectors/cloudevents/content.h"
#include "connectors/json/writer.h"
#include "engine/rng.h"
#include "ops/cli/wiring.h"

namespace syncline {

LogCopy::LogCopy(std::string data) : data_(std::move(data)), mappings_(make_payload_mappings()) {}

FrameSink LogCopy::sink(GoOn go_on) {
  return {[this](const FrameFileHead& head) { return begin(head); },
          [this, go_on = std::move(go_on)](std::string_view frame, bool id_given) -> Result<void> {
            if (auto added = event(frame, id_given); added.has_error()) return added;
            if (go_on(frame.size())) return {};
            return Error{ErrorCode::stopping, "it was stopped; the same command goes on"};
          }};
}

Result<void> LogCopy::finish(Result<void> read, const std::optional<IncarnationNote>& begins) {
  if (read.has_value() && builder_ == nullptr) {
    read = Error{ErrorCode::invalid, "there was no event to copy"};
  }
  if (read.has_value()) read = builder_->finish(begins);
  if (read.has_value()) return read;
  return half(read.error());
}

Result<void> LogCopy::begin(const FrameFileHead& head) {
  if (auto empty = check_empty(); empty.has_error()) return empty;
  log_ = head.log;
  auto builder = LogBuilder::open({.data = data_, .name = head.log});
  if (builder.has_error()) return builder.error();
  builder_ = std::move(*builder);
  return {};
}

// What a folder with a beginning of a log holds is the builder's to judge.
Result<void> LogCopy::check_empty() const {
  std::error_code fault;
  if (Log::exists(data_ + "/log", nullptr)) return {};
  const std::filesystem::directory_iterator first(data_, fault);
  if (fault || first == std::filesystem::directory_iterator()) return {};
  return Error{ErrorCode::invalid, data_ + " is not empty: it has " +
                                       first->path().filename().string() +
                                       "; choose an empty folder, or one that is not there"};
}

Result<void> LogCopy::event(std::string_view frame, bool id_given) {
  std::optional<Hash> content;
  // Else the builder says what is wrong.
  if (frame_fault(frame, FrameCheck::checksum) == nullptr) {
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
  return builder_->add(frame, content);
}

// What a folder is that was begun and is not a log.
Error LogCopy::half(Error error) const {
  if (builder_ == nullptr || error.code == ErrorCode::stopping) return error;
  error.message += "; " + data_ +
                   " holds half a copy, which no server opens: the same command goes on when what "
                   "it reads is right, or delete the folder";
  return error;
}

std::string LogCopy::json() const {
  std::string line;
  const Head end = head();
  JsonWriter(line)
      .begin_object()
      .field("data", std::string_view(data_))
      .field("log", std::string_view(log_.identity))
      .field("node", log_.node.text())
      .field("events", end.position)
      .key("head")
      .begin_object()
      .field("position", end.position)
      .field("hash", std::string_view(hex(end.hash)))
      .end_object()
      .end_object();
  return line;
}

}  // namespace syncline
