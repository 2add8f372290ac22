#include "ops/cli/replay_commands.h"
#include "ops/cli/shared_words.h"
#include "ops/cli/verb_families.h"

namespace syncline {
namespace {

std::string fault_of(const ReplayCommand& replay) {
  const int targets = replay.to_stdout + !replay.to_file.empty() + !replay.to_http.empty() +
                      !replay.to_folder.empty() + replay.to_kafka;
  if (targets != 1) {
    return "one of --to-stdout, --to-file FILE, --to-http URL, --to-kafka and --to-folder DIR is "
           "required";
  }
  if (replay.to_kafka == replay.topic.empty()) return "--to-kafka and --topic go together";
  if (!replay.to_folder.empty() && (replay.from || !filter_words(replay.filter).empty())) {
    return "--to-folder copies a log from its first event to --to; it cannot go with --from or a "
           "filter";
  }
  if (!replay.to_http.empty()) return "";
  if (!replay.header_file.empty()) return "--header-file is for --to-http";
  return replay.cursor.empty() ? "" : "--cursor is for --to-http";
}

TakeWord speed_into(ReplaySpeed& speed) {
  return [&speed](const std::string& word) -> std::string {
    const auto read = ReplaySpeed::from(word);
    if (!read) return "must be max, a factor like 1x or 10x, or a rate like 100/s";
    speed = *read;
    return "";
  };
}

}  // namespace

void add_replay_verbs(VerbWords top) {
  const auto replay = std::make_shared<ReplayCommand>();
  VerbWords words =
      reading_verb(top, "replay", "tell events of the log again, in order, to somebody", replay);
  add_range(words, replay->from, replay->to);
  add_filter(words, replay->filter);
  words.flag("--to-stdout", "write them to stdout, one CloudEvent a line", replay->to_stdout)
      .option("--to-file", "FILE", "or to a file, which appears when it is whole",
              into(replay->to_file))
      .option("--to-http", "URL", "or post each to http://HOST[:PORT]/PATH, as a CloudEvent",
              into(replay->to_http))
      .flag("--to-kafka", "or to a topic of Kafka, which is there: --topic", replay->to_kafka)
      .option("--topic", "TOPIC", "the one for --to-kafka", into(replay->topic))
      .option("--brokers", "HOST:PORT", "for --to-kafka, instead of mirror.brokers",
              into(replay->kafka.brokers))
      .option("--config", "FILE", "for --to-kafka: where [mirror] stands",
              into(replay->kafka.config))
      .option("--to-folder", "DIR",
              "or to a new data folder: the log as it was at --to, to look at and throw away",
              into(replay->to_folder))
      .option("--header-file", "FILE",
              "lines `Name: value` that each request carries, like Authorization",
              into(replay->header_file))
      .option("--cursor", "FILE",
              "kept after each event that was taken; another run goes on behind",
              into(replay->cursor))
      .option("--speed", "SPEED",
              "max, 1x or 10x as fast as they were received, or 100/s (else max)",
              speed_into(replay->speed))
      .check([&asked = *replay] { return fault_of(asked); })
      .footer(
          "The log is read and never changed. Over HTTP one event is under way at a time, so order "
          "holds. What\nfails in passing (no answer, 408, 429, 5xx) is tried again for a while, "
          "with the same id: who dedupes\nby `source` and `id` sees each once. Any other answer "
          "ends it and names the event.\n"
          "Examples:\n"
          "  syncline replay --data data --from 1000 --to-stdout --speed 10x\n"
          "  syncline replay --server http://127.0.0.1:3594 --type session.synced \\\n"
          "    --to-http http://10.0.0.7/events --header-file headers.txt --cursor replay.cursor");
}

}  // namespace syncline
