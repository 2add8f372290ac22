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
  VerbWords words = reading_verb(
      log, "export", "write events to a file, of which `log import` makes the log again", asked);
  add_range(words, asked->from, asked->to);
  add_filter(words, asked->filter);
  add_rate(words, asked->rate);
  words
      .option("--output,-o", "FILE", "file (else stdout); written whole or not",
              into(asked->output))
      .option(
          "--format", "FORMAT",
          "ndjson: CloudEvents, one a line, each with its exact frame (else); events: CloudEvents "
          "alone; frames: frames alone, binary",
          one_of<ExportFormat>({{"ndjson", ExportFormat::ndjson},
                                {"events", ExportFormat::events},
                                {"frames", ExportFormat::frames}},
                               "must be ndjson, events or frames", asked->format))
      .flag("--zstd", "compressed; a FILE that ends with .zst is, too", asked->zstd)
      .flag("--resume", "go on with an export to the same FILE that was stopped", asked->resume)
      .check([asked]() -> std::string {
        return asked->resume && asked->output.empty() ? "--resume is for --output FILE" : "";
      })
      .footer(
          "Examples:\n"
          "  syncline log export --data data --output /tmp/events.ndjson.zst\n"
          "  syncline log export --server http://127.0.0.1:3594 --format events --from 1000\n"
          "  syncline log export --data data --type 'session.*' --since 2025-09-18T00:00:00Z");
}

void add_import(const VerbWords& log) {
  const auto asked = std::make_shared<LogImportCommand>();
  VerbWords words = log.verb("import", "make a log again from an export", asked);
  words
      .option("file", "", "what `log export` wrote as ndjson or frames, compressed or not",
              into(asked->file))
      .required()
      .option("--data", "FOLDER", "where to: an empty folder, or one that is not there",
              into(asked->data))
      .required()
      .flag("--as-new",
            "append the events to a log as new ones, under their ids: what is there already is not "
            "appended again",
            asked->as_new);
  add_rate(words, asked->rate);
  add_json(words, asked->json);
  words.footer(
      "The log has the same positions and hashes as the one that was exported; everything is\n"
      "verified while it is read. It works on files: there is no --server.\n"
      "Examples:\n"
      "  syncline log import /tmp/events.ndjson.zst --data copy\n"
      "  syncline log import /tmp/events.ndjson --data other --as-new");
}

void add_diff(const VerbWords& log) {
  const auto asked = std::make_shared<LogDiffCommand>();
  VerbWords words = log.verb("diff", "say at which event two logs part", asked);
  words
      .option("a", "", "a data folder, a file that was exported, or http://HOST:PORT",
              into(asked->a))
      .required()
      .option("b", "", "another one", into(asked->b))
      .required()
      .option("--token-file", "FILE", "file with an admin token for servers (else SYNCLINE_TOKEN)",
              into(asked->token_file));
  add_json(words, asked->json);
  words.footer(
      "It ends with 0 when one of them is the beginning of the other, and with 1 when they part.\n"
      "Examples:\n"
      "  syncline log diff data /backup/data\n"
      "  syncline log diff http://127.0.0.1:3594 /tmp/events.ndjson.zst");
}

void add_verify(const VerbWords& log) {
  const auto verify = std::make_shared<LogVerifyCommand>();
  VerbWords words =
      reading_verb(log, "verify", "check every event of the log, and what lies beside it", verify);
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
  words.option("subject", "", "such as session/42/abc or node/a", into(history->subject))
      .required()
      .check([history] { return history->subject.empty() ? "the subject must not be empty" : ""; });
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
  add_import(log);
  add_diff(log);
  add_verify(log);
  add_history(top);
}

}  // namespace syncline
