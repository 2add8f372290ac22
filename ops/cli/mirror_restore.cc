// `syncline mirror restore`: the folder is a log only when all of it was read and right.
#include "connectors/json/writer.h"
#include "connectors/mirror/topics_log.h"
#include "engine/clock.h"
#include "engine/log/incarnation.h"
#include "engine/rng.h"
#include "ops/cli/log_copy.h"
#include "ops/cli/long_work.h"
#include "ops/cli/mirror_commands.h"
#include "ops/cli/os_user.h"
#include "ops/cli/print.h"

namespace syncline {
namespace {

// Which node's log is asked for.
Result<TopicsLog> choose(const MirrorTopics& mirror, const std::string& node) {
  std::string known;
  for (const auto& [id, progress] : mirror.progress) {
    if (node == id.text() || (node.empty() && mirror.progress.size() == 1)) {
      return TopicsLog{.log = {progress.log, id}, .progress = progress, .starts = {}};
    }
    known.append(known.empty() ? "" : ", ").append(id.text());
  }
  const std::string under = " under the prefix " + mirror.prefix;
  if (known.empty()) {
    return Error{ErrorCode::not_found, "no node has a mirror" + under};
  }
  return Error{ErrorCode::not_found,
               node.empty() ? "there are several nodes" + under + "; name one with --node: " + known
                            : "there is no node " + node + under + "; there is " + known};
}

Result<TopicsRead> restore(const MirrorRestoreCommand& command, LogCopy& copy) {
  LongWork work("restoring", command.rate);
  auto mirror = look(command.mirror);
  if (mirror.has_error()) return mirror.error();
  auto asked = choose(*mirror, command.node);
  if (asked.has_error()) return asked.error();
  TopicReader& reader = *mirror->reader;

  if (auto begun = reader.begin(mirror->system()); begun.has_error()) return begun.error();
  RecordMerge system(reader, asked->log.node);
  auto starts = incarnation_starts(system);
  if (starts.has_error()) return starts.error();
  asked->starts = std::move(*starts);

  if (auto begun = reader.begin(mirror->families); begun.has_error()) return begun.error();
  RecordMerge merge(reader, asked->log.node);
  const Position to(asked->progress.sequence.value);
  const FrameSink sink =
      copy.sink([&](std::size_t bytes) { return work.go_on(copy.head().position, to, bytes); });
  TopicsRead seen;
  auto read = read_topics_log(*asked, merge, reader, sink, seen);

  SystemClock clock;
  SystemRng rng;
  const std::string who = os_user();
  const std::string reason = "the log was restored from the topics of " + mirror->prefix +
                             " up to position " + std::to_string(copy.head().position.value);
  const IncarnationReason why{
      EventType::log_restored,
      {.from = copy.head().position.next(), .to = {}, .who = who, .reason = reason}};
  const auto note = incarnation_note(++seen.incarnation, asked->log.node.text(), why, clock, rng);
  if (auto made = copy.finish(std::move(read), note); made.has_error()) return made.error();
  return seen;
}

void print_restored(const MirrorRestoreCommand& command, const LogCopy& copy,
                    const TopicsRead& seen) {
  const Head head = copy.head();
  const std::string hash = hex(head.hash);
  const std::string node(copy.log().node.text());
  if (!command.json) {
    if (seen.left_out > 0) {
      print_line("left out: " + std::to_string(seen.left_out) +
                 " records that are no events of the node; the first, " + seen.first_left_out);
    }
    print_line("restored " + std::to_string(head.position.value) + " events into " + command.into +
               ", the last with hash " + hash + "; node " + node + " goes on as incarnation " +
               std::to_string(seen.incarnation));
    return;
  }
  std::string line;
  JsonWriter(line)
      .begin_object()
      .field("into", std::string_view(command.into))
      .field("log", std::string_view(copy.log().identity))
      .field("node", std::string_view(node))
      .field("position", head.position)
      .field("hash", std::string_view(hash))
      .field("incarnation", std::uint64_t{seen.incarnation})
      .field("replaced", seen.replaced)
      .field("left_out", seen.left_out)
      .end_object();
  print_line(line);
}

}  // namespace

Exit run(const MirrorRestoreCommand& command) {
  if (auto owned = check_owner(command.into); owned.has_error()) return failed(owned.error());
  LogCopy copy(command.into);
  const auto restored = restore(command, copy);
  if (restored.has_error()) return failed(restored.error());
  print_restored(command, copy, *restored);
  return Exit::done;
}

}  // namespace syncline
