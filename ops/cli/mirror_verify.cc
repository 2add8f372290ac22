// `syncline mirror verify`.
#include <chrono>
#include <cstdio>

#include "connectors/json/writer.h"
#include "connectors/mirror/mirror_check.h"
#include "ops/cli/log_source.h"
#include "ops/cli/long_work.h"
#include "ops/cli/mirror_commands.h"
#include "ops/cli/print.h"
#include "ops/cli/wiring.h"

namespace syncline {
namespace {

class MirrorVerifying {
 public:
  MirrorVerifying(const MirrorVerifyCommand& command, LongWork& work)
      : command_(command), work_(work) {}

  // What is looked at first must be what is older: mirror_check.h says why.
  Result<void> run() {
    auto looked = look(command_.mirror);
    if (looked.has_error()) return looked.error();
    mirror_ = std::move(*looked);
    if (auto begun = mirror_.reader->begin(mirror_.families); begun.has_error()) return begun;
    const auto source = open_source(command_.where);
    if (source.has_error()) return source.error();
    const FrameSink sink{
        [this](const FrameFileHead& head) { return begin(head); },
        [this](std::string_view frame, bool id_given) { return event(frame, id_given); }};
    auto read = (*source)->frames({.from = command_.from, .to = command_.to, .filter = {}}, sink);
    if (check_ && seen().fault) return {};
    if (read.has_error() || command_.to) return read;
    return check_->end();
  }

  const MirrorVerification& seen() const { return check_->seen(); }
  const LogName& log() const { return log_; }
  const std::string& prefix() const { return mirror_.prefix; }

 private:
  Result<void> begin(const FrameFileHead& head) {
    log_ = head.log;
    to_ = head.to;
    const auto progress = mirror_.progress.find(log_.node);
    if (progress == mirror_.progress.end()) {
      return Error{ErrorCode::not_found, "node " + std::string(log_.node.text()) +
                                             " has no progress record under the prefix " +
                                             mirror_.prefix + ": nothing of it was mirrored there"};
    }
    merge_.emplace(*mirror_.reader, log_.node);
    check_.emplace(
        *merge_, *mirror_.reader, mappings_,
        MirrorCheckOptions{mirror_.prefix, log_, progress->second, [this](const OriginId& node) {
                             return mirror_.progress.contains(node);
                           }});
    return {};
  }

  Result<void> event(std::string_view frame, bool id_given) {
    const auto right = check_->event(frame, id_given);
    if (right.has_error()) return right.error();
    const Position position = decode_header(frame)->position;
    if (*right && work_.go_on(position, to_, frame.size())) return {};
    return Error{ErrorCode::stopping, "it was ended behind event " +
                                          std::to_string(position.value) +
                                          "; up to there all is well"};
  }

  const MirrorVerifyCommand& command_;
  LongWork& work_;
  const PayloadMappings mappings_ = make_payload_mappings();
  MirrorTopics mirror_;
  LogName log_;
  Position to_;
  std::optional<RecordMerge> merge_;
  std::optional<MirrorCheck> check_;
};

std::string tail_text(const ReplacedTail& tail) {
  return tail.from == tail.to ? tail.from.text() : tail.from.text() + " to " + tail.to.text();
}

void print_text(const MirrorVerifying& verified) {
  const MirrorVerification& seen = verified.seen();
  for (const ReplacedTail& tail : seen.replaced) {
    print_line("replaced: " + tail_text(tail) +
               " were lost by the log, which went on under a "
               "later incarnation; the topics keep them");
  }
  if (seen.fault) {
    print_line("found: " + seen.fault->what);
    print_line("do: " + std::string("docs/operations.md, \"Kafka differs from the log\""));
    return;
  }
  std::string line = "ok: " + std::to_string(seen.events) + " events are in the topics of " +
                     verified.prefix() + ", each once and as it is in the log";
  if (seen.waiting > 0) line += "; " + std::to_string(seen.waiting) + " wait to be mirrored";
  print_line(line);
}

void print_json(const MirrorVerifying& verified, double took) {
  const MirrorVerification& seen = verified.seen();
  std::string line;
  JsonWriter out(line);
  out.begin_object()
      .field("ok", !seen.fault)
      .field("log", std::string_view(verified.log().identity))
      .field("node", verified.log().node.text())
      .field("prefix", std::string_view(verified.prefix()))
      .field("events", seen.events)
      .field("waiting", seen.waiting)
      .field("of_other_nodes", seen.of_others)
      .key("replaced")
      .begin_array();
  for (const ReplacedTail& tail : seen.replaced) {
    out.begin_object()
        .field("from", std::string_view(tail.from.text()))
        .field("to", std::string_view(tail.to.text()))
        .end_object();
  }
  out.end_array().field("seconds", took).key("fault");
  if (!seen.fault) {
    out.null();
  } else {
    out.begin_object();
    out.key("event");
    if (seen.fault->event) {
      out.value(std::string_view(seen.fault->event->text()));
    } else {
      out.null();
    }
    out.field("what", std::string_view(seen.fault->what)).end_object();
  }
  out.end_object();
  print_line(line);
}

}  // namespace

Exit run(const MirrorVerifyCommand& command) {
  const auto begun = std::chrono::steady_clock::now();
  std::optional<LongWork> work(std::in_place, "verifying");
  MirrorVerifying verifying(command, *work);
  const auto done = verifying.run();
  work.reset();
  if (done.has_error()) return failed(done.error());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  if (command.json) {
    print_json(verifying, took.count());
  } else {
    print_text(verifying);
  }
  return verifying.seen().fault ? Exit::found_wrong : Exit::done;
}

}  // namespace syncline
