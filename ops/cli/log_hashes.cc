#include "ops/cli/log_hashes.h"

#include <filesystem>
#include <vector>

#include "connectors/operators/export_reader.h"
#include "ops/cli/input_file.h"
#include "ops/cli/log_source.h"
#include "ops/cli/wiring.h"

namespace syncline {
namespace {

// Its hash, when it stands for everything before it.
Result<Hash> telling_hash(const std::string& place, const RecordHeader& header) {
  if (header.name.sequence.value == header.position.value) return header.hash;
  return Error{ErrorCode::invalid, place + " holds events of several nodes (event " +
                                       std::to_string(header.position.value) + " is " +
                                       header.name.text() +
                                       "): one hash does not tell what is before it"};
}

class SourceHashes final : public LogHashes {
 public:
  Result<void> open(const std::string& place, const Where& where) {
    place_ = place;
    auto source = open_source(where);
    if (source.has_error()) return source.error();
    source_ = std::move(*source);
    const auto end = source_->end();
    if (end.has_error()) return end.error();
    identity_ = end->identity;
    last_ = end->position;
    return {};
  }

  Result<Hash> at(Position position) override {
    std::optional<RecordHeader> header;
    const ExportQuery one{position, position, {}};
    const auto read = source_->frames(one, {[](const FrameFileHead&) { return Result<void>(); },
                                            [&](std::string_view frame, bool) {
                                              header = decode_header(frame);
                                              return Result<void>();
                                            }});
    if (read.has_error()) return read.error();
    if (header) return telling_hash(place_, *header);
    return Error{ErrorCode::not_found,
                 place_ + " has no event " + std::to_string(position.value) + " any more"};
  }

 private:
  std::unique_ptr<LogSource> source_;
};

class FileHashes final : public LogHashes {
 public:
  Result<void> read(const std::string& place) {
    place_ = place;
    ExportReader reader({[this](const FrameFileHead& head) {
                           identity_ = head.log.identity;
                           return Result<void>();
                         },
                         [this](std::string_view frame, bool) { return take(frame); }},
                        mappings_);
    return InputFile(place).read(reader);
  }

  Result<Hash> at(Position position) override { return hashes_[position.value - first_.value]; }

 private:
  Result<void> take(std::string_view frame) {
    if (const char* fault = frame_fault(frame, FrameCheck::everything)) {
      return Error{ErrorCode::corrupt,
                   std::string("the event is damaged or altered (") + fault + ")"};
    }
    const RecordHeader header = *decode_header(frame);
    if (hashes_.empty()) {
      first_ = header.position;
    } else if (header.position != last_.next()) {
      return Error{ErrorCode::invalid, "event " + std::to_string(header.position.value) +
                                           " stands behind event " + std::to_string(last_.value) +
                                           ": only an export without a filter can be compared"};
    }
    const auto hash = telling_hash(place_, header);
    if (hash.has_error()) return hash.error();
    last_ = header.position;
    hashes_.push_back(*hash);
    return {};
  }

  const PayloadMappings mappings_ = make_payload_mappings();
  std::vector<Hash> hashes_;  // of first() and those behind it
};

}  // namespace

Result<std::unique_ptr<LogHashes>> open_hashes(const std::string& place,
                                               const std::string& token_file) {
  const bool server = place.starts_with("http://");
  std::error_code ignored;
  if (!server && !std::filesystem::is_directory(place, ignored)) {
    auto file = std::make_unique<FileHashes>();
    if (auto read = file->read(place); read.has_error()) return read.error();
    return std::unique_ptr<LogHashes>(std::move(file));
  }
  auto source = std::make_unique<SourceHashes>();
  const Where where =
      server ? Where{"", place, token_file} : Where{.data = place, .server = "", .token_file = ""};
  if (auto opened = source->open(place, where); opened.has_error()) return opened.error();
  return std::unique_ptr<LogHashes>(std::move(source));
}

}  // namespace syncline
