#include "ops/cli/log_commands.h"
#include "ops/cli/shared_words.h"
#include "ops/cli/verb_families.h"

namespace syncline {
namespace {

void add_tail(const VerbWords& log) {
  const auto tail = std::make_shared<LogTailCommand>();
  reading_verb(log, "tail", "print the last events", tail)
      .option("-n", "COUNT", "how many (else 10)", into(tail->count))
      .flag("--follow,-f", "go on with what comes, until Ctrl-C", tail->follow);
}

void add_export(const VerbWords& log) {
  const auto asked = std::make_shared<LogExportCommand>();
  VerbWords words = reading_verb(log, "export", "write events as CloudEvents, one a line", asked);
  add_range(words, asked->from, asked->to);
  words
      .option("--output,-o", "FILE", "file (else stdout); written whole or not",
              into(asked->output))
      .footer(
          "Examples:\n"
          "  syncline log export --data data --output /tmp/events.ndjson\n"
          "  syncline log export --server http://127.0.0.1:3594 --from 1000 --to 1999");
}

void add_verify(const VerbWords& log) {
  const auto verify = std::make_shared<LogVerifyCommand>();
  VerbWords words = reading_verb(log, "verify", "hold the log against its format, whole", verify);
  add_range(words, verify->from, verify->to);
  add_rate(words, verify->rate);
  words.footer(
      "Every event, the hash chain, the indexes, log.acked and the views' checkpoints are looked "
      "at.\nIt ends with 0 when all is well, else with 1 and the first bad position. Ctrl-C ends "
      "it "
      "and says\nfrom where it can go on; a second Ctrl-C ends it at once.\n"
      "Examples:\n"
      "  syncline log verify --data data\n"
      "  syncline log verify --server http://127.0.0.1:3594 --from 1000000 --rate 20MiB");
}

void add_history(const VerbWords& top) {
  const auto history = std::make_shared<HistoryCommand>();
  VerbWords words =
      reading_verb(top, "history", "print all events of one subject, oldest first", history);
  words.option("subject", "", "session/42/abc, node/a, …", into(history->subject)).required();
  add_range(words, history->from, history->to);
}

}  // namespace

void add_log_verbs(VerbWords top) {
  const VerbWords log = top.group("log", "read the event log");
  reading_verb(log, "head", "say where the log ends: position and hash of its last event",
               std::make_shared<LogHeadCommand>());
  const auto get = std::make_shared<LogGetCommand>();
  reading_verb(log, "get", "print one event", get)
      .option("position", "", "its position, from 1", into(get->position))
      .required();
  add_tail(log);
  add_export(log);
  add_verify(log);
  add_history(top);
}

}  // namespace syncline
