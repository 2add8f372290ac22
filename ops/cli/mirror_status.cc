// `syncline mirror status`.
#include "connectors/json/writer.h"
#include "ops/cli/mirror_commands.h"
#include "ops/cli/print.h"

namespace syncline {
namespace {

void print_text(const MirrorTopics& mirror) {
  if (mirror.progress.empty()) print_line("no node has a mirror under the prefix " + mirror.prefix);
  for (const auto& [node, progress] : mirror.progress) {
    print_line("node " + std::string(node.text()) + ": log " + progress.log + " up to " +
               EventName{node, progress.incarnation, progress.sequence}.text() + " with hash " +
               hex(progress.hash));
  }
  for (const PartitionRange& range : mirror.reader->partitions()) {
    if (range.end == 0) continue;
    print_line(range.text() + ": offsets " + std::to_string(range.begin) + " to " +
               std::to_string(range.end - 1));
  }
}

void print_json(const MirrorTopics& mirror) {
  std::string line;
  JsonWriter out(line);
  out.begin_object().field("prefix", std::string_view(mirror.prefix)).key("nodes").begin_array();
  for (const auto& [node, progress] : mirror.progress) {
    out.begin_object()
        .field("node", node.text())
        .field("log", std::string_view(progress.log))
        .field("incarnation", std::uint64_t{progress.incarnation})
        .field("sequence", progress.sequence.value)
        .field("hash", std::string_view(hex(progress.hash)))
        .end_object();
  }
  out.end_array().key("partitions").begin_array();
  for (const PartitionRange& range : mirror.reader->partitions()) {
    out.begin_object()
        .field("topic", std::string_view(range.topic))
        .field("partition", static_cast<std::uint64_t>(range.partition))
        .field("begin", static_cast<std::uint64_t>(range.begin))
        .field("end", static_cast<std::uint64_t>(range.end))
        .end_object();
  }
  out.end_array().end_object();
  print_line(line);
}

}  // namespace

Exit run(const MirrorStatusCommand& command) {
  const auto mirror = look(command.mirror);
  if (mirror.has_error()) return failed(mirror.error());
  if (auto begun = mirror->reader->begin(mirror->families); begun.has_error()) {
    return failed(begun.error());
  }
  if (command.json) {
    print_json(*mirror);
  } else {
    print_text(*mirror);
  }
  return Exit::done;
}

}  // namespace syncline
