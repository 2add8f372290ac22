#include "ops/cli/import_new.h"

#include "connectors/cloudevents/body_fault.h"
#include "connectors/cloudevents/content.h"
#include "connectors/json/writer.h"
#include "connectors/operators/export_reader.h"
#include "engine/engine.h"
#include "engine/limits.h"
#include "ops/cli/input_file.h"
#include "ops/cli/print.h"
#include "ops/cli/wiring.h"

namespace syncline {
namespace {

class NewEvents {
 public:
  NewEvents(const LogImportCommand& command, LongWork& work)
      : command_(command), work_(work), file_(command.file) {}

  Result<void> run() {
    ExportReader reader({[this](const FrameFileHead& head) { return begin(head.log.node); },
                         [this](std::string_view frame, bool) { return event(frame); }},
                        mappings_);
    auto read = file_.read(reader);
    // What was read before a fault is right: it stays, as it would when nothing had come behind it.
    const auto rest = append();
    return read.has_error() ? read : rest;
  }

  void print() const {
    const Head head = engine_ ? engine_->log().head() : Head{};
    if (!command_.json) {
      print_line("appended " + std::to_string(appended_) + " events to " + command_.data + "; " +
                 std::to_string(repeats_) + " were there already, " + std::to_string(left_out_) +
                 " are such as only an engine makes; the log ends at " +
                 std::to_string(head.position.value) + " with hash " + hex(head.hash));
      return;
    }
    std::string line;
    JsonWriter(line)
        .begin_object()
        .field("data", std::string_view(command_.data))
        .field("appended", appended_)
        .field("repeats", repeats_)
        .field("left_out", left_out_)
        .key("head")
        .begin_object()
        .field("position", head.position)
        .field("hash", std::string_view(hex(head.hash)))
        .end_object()
        .end_object();
    print_line(line);
  }

 private:
  // A log that is there keeps its node; one that is made now is of the node that was exported.
  Result<void> begin(OriginId node) {
    const std::string path = command_.data + "/log";
    if (Log::exists(path, nullptr)) {
      const auto there = Log::open({.path = path, .read_only = true});
      if (there.has_error()) return there.error();
      node = (*there)->name().node;
    }
    auto engine = Engine::open(
        {.data = command_.data, .node = node, .clock = &clock_, .rng = &rng_}, make_projections());
    if (engine.has_error()) return engine.error();
    engine_ = std::move(*engine);
    return {};
  }

  Result<void> event(std::string_view frame) {
    if (const char* fault = frame_fault(frame, FrameCheck::everything)) {
      return Error{ErrorCode::corrupt,
                   std::string("the event is damaged or altered (") + fault + ")"};
    }
    const EventBody body = decode_frame(frame).body;
    if (const std::string fault = body_fault(body, mappings_); !fault.empty()) {
      return Error{ErrorCode::invalid, "the event " + fault};
    }
    if (info(body.type).reserved) {
      ++left_out_;
      return {};
    }
    auto draft = make_draft(body);
    if (draft.has_error()) return draft.error();
    draft->content_hash = content_hash_of(body, mappings_);
    draft->sent = std::nullopt;  // it says how far the clock of that time was off, not this one's
    bytes_ += draft->bytes().size();
    drafts_.push_back(std::move(*draft));
    if (drafts_.size() >= limits::kCommitEvents || bytes_ >= limits::kCommitBytes) {
      if (auto done = append(); done.has_error()) return done;
    }
    const auto [read, size] = file_.place();
    if (work_.go_on(Position(read), Position(size), frame.size())) return {};
    return Error{ErrorCode::stopping,
                 "the import was stopped; the same command goes on: what is there is not appended "
                 "again"};
  }

  Result<void> append() {
    if (drafts_.empty()) return {};
    bytes_ = 0;
    const auto receipts = engine_->append(std::exchange(drafts_, {}));
    if (receipts.has_error()) return receipts.error();
    for (const Receipt& receipt : *receipts) ++(receipt.duplicate ? repeats_ : appended_);
    return {};
  }

  const LogImportCommand& command_;
  LongWork& work_;
  InputFile file_;
  const PayloadMappings mappings_ = make_payload_mappings();
  SystemClock clock_;
  SystemRng rng_;
  std::unique_ptr<Engine> engine_;
  std::vector<Draft> drafts_;
  std::size_t bytes_ = 0;
  std::uint64_t appended_ = 0, repeats_ = 0, left_out_ = 0;
};

}  // namespace

Exit import_as_new(const LogImportCommand& command, LongWork& work) {
  NewEvents events(command, work);
  if (auto done = events.run(); done.has_error()) return failed(done.error());
  events.print();
  return Exit::done;
}

}  // namespace syncline
