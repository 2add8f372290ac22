#include "ops/cli/backup_commands.h"
#include "ops/cli/shared_words.h"
#include "ops/cli/verb_families.h"

namespace syncline {
namespace {

void add_create(const VerbWords& backup) {
  const auto create = std::make_shared<BackupCreateCommand>();
  VerbWords words =
      reading_verb(backup, "create", "copy the log as it is now", create, kStoppedFolder);
  words.option("--to", "REPOSITORY", "the folder of backups, for --data", into(create->to))
      .check([create]() -> std::string {
        const bool offline = !create->where.data.empty();
        if (offline && create->to.empty()) return "--to must say where the backup goes";
        if (!offline && !create->to.empty()) {
          return "--to goes with --data; a server writes where its log.backups says";
        }
        return "";
      });
  add_rate(words, create->rate);
  words.footer(
      "Sorted files are shared with the log, or with the backup before, where both lie on one "
      "file\n"
      "system; a backup costs what is new. One that was interrupted is not there, and the same "
      "command\ngoes on.\n"
      "Views are not backed up: a restored log is folded into them again.\n"
      "Examples:\n"
      "  syncline backup create --data data --to /backups\n"
      "  syncline backup create --server http://127.0.0.1:3594 --rate 20MiB");
}

void add_list(const VerbWords& backup) {
  const auto list = std::make_shared<BackupListCommand>();
  VerbWords words = backup.verb("list", "name the backups of a folder, oldest first", list);
  words.option("repository", "", "the folder of backups", into(list->repository))
      .option("--server", "URL", "or a running server's", server_into(list->where.server))
      .option("--token-file", "FILE", "file with an admin token for --server (else SYNCLINE_TOKEN)",
              into(list->where.token_file))
      .check([list]() -> std::string {
        const bool server = !list->where.server.empty();
        if (list->repository.empty() != server) return "name a folder, or --server";
        return !server && !list->where.token_file.empty() ? "--token-file goes with --server" : "";
      });
  add_json(words, list->json);
  words.footer(
      "Each is complete in itself: one that is not needed any more is deleted with rm -r.");
}

void add_verify(const VerbWords& backup) {
  const auto verify = std::make_shared<BackupVerifyCommand>();
  VerbWords words =
      backup.verb("verify", "check a backup: its files, and every event in them", verify);
  words.option("repository", "", "the folder of backups", into(verify->repository))
      .required()
      .option("id", "", "which one (else the newest)", into(verify->id))
      .flag("--quick", "the files' sizes and checksums alone", verify->quick);
  add_rate(words, verify->rate);
  add_json(words, verify->json);
  words.footer(
      "It ends with 0 when all is well, else with 1 and the first thing that is wrong. It reads "
      "the\n"
      "folder alone and needs no server.\n"
      "Example: syncline backup verify /backups");
}

void add_restore(const VerbWords& backup) {
  const auto restore = std::make_shared<BackupRestoreCommand>();
  VerbWords words = backup.verb("restore", "make a data folder from a backup", restore);
  words.option("repository", "", "the folder of backups", into(restore->repository))
      .required()
      .option("id", "", "which one", into(restore->id))
      .required()
      .option("--into", "FOLDER", "the data folder: missing, or without a log", into(restore->into))
      .required()
      .option("--to", "POSITION", "the last event that is restored (else all)", into(restore->to));
  add_rate(words, restore->rate);
  add_json(words, restore->json);
  words.footer(
      "Everything is verified on the way. What was appended behind the backup is not in it, so "
      "the\n"
      "log goes on under a new incarnation. Until it is whole, serve refuses the folder, and the\n"
      "same command goes on. It works on folders alone: no server runs on the new one yet.\n"
      "Example: syncline backup restore /backups 20260131T235959.999Z-1042 --into data");
}

}  // namespace

void add_backup_verbs(VerbWords top) {
  const VerbWords backup = top.group("backup", "make, verify and restore copies of the log");
  add_create(backup);
  add_list(backup);
  add_verify(backup);
  add_restore(backup);
}

}  // namespace syncline
