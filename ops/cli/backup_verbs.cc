// `syncline backup …`: by this process on folders, or by the server that has the log open.
#include <chrono>

#include "connectors/backups/backup_json.h"
#include "connectors/operators/verification_json.h"
#include "engine/backup/restore.h"
#include "engine/backup/verify_backup.h"
#include "ops/cli/backup_commands.h"
#include "ops/cli/log_source.h"
#include "ops/cli/long_work.h"
#include "ops/cli/os_user.h"
#include "ops/cli/print.h"
#include "ops/cli/server_answer.h"
#include "ops/cli/server_job.h"

namespace syncline {
namespace {

constexpr const char* kTarget = "/v1/backups";

std::string number(std::uint64_t n) { return std::to_string(n); }

ShowBytes shown_by(LongWork& work) {
  return [&work](const BytesDone& bytes) {
    return work.go_on(Position(bytes.done), Position(bytes.of), bytes.read);
  };
}

void print_json(const std::function<void(JsonWriter&)>& write) {
  std::string line;
  JsonWriter out(line);
  write(out);
  print_line(line);
}

std::string size_of(const BackupSummary& backup) {
  return number(backup.files) + " files, " + number(backup.bytes) + " bytes";
}

Result<BackupSummary> read_summary(const std::string& text) {
  JsonDocument document;
  const auto json = document.parse(text);
  const auto read = json.has_error() ? std::nullopt : read_backup(*json);
  if (!read) return not_ours(kTarget);
  return *read;
}

void print_made(const BackupSummary& made) {
  print_line("made backup " + made.id + ": the log up to position " + number(made.position.value) +
             ", " + size_of(made) + ", of which " + number(made.linked) +
             " are shared and cost no room");
}

Exit create_on_server(const BackupCreateCommand& command) {
  const auto client = client_for(command.where);
  if (client.has_error()) return failed(client.error());
  std::string target = kTarget;
  if (command.rate) target += "?rate=" + number(*command.rate);
  std::optional<Result<std::string>> made;
  {
    LongWork work("backing up, bytes", command.rate);
    made = run_on_server(*client, target, work);
  }
  if (made->has_error()) return failed(made->error());
  if (command.json) {
    print_line(**made);
    return Exit::done;
  }
  const auto summary = read_summary(**made);
  if (summary.has_error()) return failed(summary.error());
  print_made(*summary);
  return Exit::done;
}

struct Listed {
  std::string folder;
  std::vector<BackupSummary> backups;
  std::string json;
};

Result<Listed> list_on_server(const BackupListCommand& command) {
  const auto client = client_for(command.where);
  if (client.has_error()) return client.error();
  auto answer = client->send("GET", kTarget);
  if (answer.has_error()) return answer.error();
  if (answer->status != 200) return refusal(*answer);
  JsonDocument document;
  Listed listed{.folder = {}, .backups = {}, .json = answer->body};
  const auto json = document.parse(answer->body);
  const auto backups = json.has_error() ? std::nullopt : json->find("backups");
  if (!backups || !backups->is(JsonKind::array)) return not_ours(kTarget);
  listed.folder = json->text_of("folder");
  for (const JsonValue& each : backups->elements()) {
    const auto read = read_backup(each);
    if (!read) return not_ours(kTarget);
    listed.backups.push_back(*read);
  }
  return listed;
}

Result<Listed> list_folder(const std::string& repository) {
  const auto all = list_backups(repository, BackupFiles(nullptr, {}));
  if (all.has_error()) return all.error();
  Listed listed{.folder = repository, .backups = {}, .json = {}};
  JsonWriter out(listed.json);
  out.begin_object().field("folder", std::string_view(repository)).key("backups").begin_array();
  for (const ListedBackup& each : *all) {
    write_backup(each, out);
    listed.backups.push_back(summary(each));
  }
  out.end_array().end_object();
  return listed;
}

void print_verified(const BackupVerification& seen) {
  if (seen.fault) {
    print_line("found: backup " + seen.backup.id + ": " + seen.fault->what);
    print_line("do: " + seen.fault->remedy);
    return;
  }
  const BackupSummary backup = summary(seen.backup);
  const std::string looked =
      seen.log ? number(seen.log->events) + " events" : std::string("events not looked at");
  print_line("ok: backup " + backup.id + ": " + size_of(backup) + ", " + looked +
             "; the log ends at " + number(backup.position.value) + " with hash " + backup.hash);
}

void write_verified(const BackupVerification& seen, std::chrono::milliseconds took,
                    JsonWriter& out) {
  out.begin_object().field("ok", !seen.fault).key("backup");
  write_backup(seen.backup, out);
  out.field("events", seen.log ? std::optional(seen.log->events) : std::nullopt)
      .field("seconds", static_cast<double>(took.count()) / 1000)
      .key("fault");
  write_fault(seen.fault, out);
  out.end_object();
}

}  // namespace

Exit run(const BackupCreateCommand& command) {
  if (!command.where.server.empty()) return create_on_server(command);
  std::optional<Result<BackupMade>> made;
  {
    LongWork work("backing up, bytes", command.rate);
    made = back_up_folder(command.where.data, {.repository = command.to,
                                               .now = SystemClock().now(),
                                               .program = SYNCLINE_VERSION,
                                               .progress = shown_by(work)});
  }
  if (made->has_error()) return failed(or_by_its_server(made->error()));
  if (command.json) {
    print_json([&](JsonWriter& out) { write_backup(**made, out); });
  } else {
    print_made(summary(**made));
  }
  return Exit::done;
}

Exit run(const BackupListCommand& command) {
  const auto listed =
      command.repository.empty() ? list_on_server(command) : list_folder(command.repository);
  if (listed.has_error()) return failed(listed.error());
  if (command.json) {
    print_line(listed->json);
  } else if (listed->backups.empty()) {
    print_line("there is no backup in " + listed->folder);
  }
  bool right = true;
  for (const BackupSummary& each : listed->backups) {
    right = right && each.fault.empty();
    if (command.json) continue;
    print_line(each.id + "  " +
               (each.fault.empty() ? size_of(each) + "  " + each.hash : "damaged: " + each.fault));
  }
  return right ? Exit::done : Exit::found_wrong;
}

Exit run(const BackupVerifyCommand& command) {
  const auto begun = std::chrono::steady_clock::now();
  std::optional<Result<BackupVerification>> seen;
  {
    LongWork work("verifying", command.rate);
    seen =
        verify_backup({.repository = command.repository,
                       .id = command.id,
                       .quick = command.quick,
                       .files_progress = shown_by(work),
                       .events_progress = [&work](Position done, Position of, std::size_t bytes) {
                         return work.go_on(done, of, bytes);
                       }});
  }
  if (seen->has_error()) return failed(seen->error());
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begun);
  if (command.json) {
    print_json([&](JsonWriter& out) { write_verified(**seen, took, out); });
  } else {
    print_verified(**seen);
  }
  return (*seen)->fault ? Exit::found_wrong : Exit::done;
}

Exit run(const BackupRestoreCommand& command) {
  SystemClock clock;
  SystemRng rng;
  std::optional<Result<Restored>> restored;
  {
    LongWork work("restoring", command.rate);
    restored =
        restore_backup({.repository = command.repository,
                        .id = command.id,
                        .into = command.into,
                        .to = command.to,
                        .who = os_user(),
                        .clock = &clock,
                        .rng = &rng,
                        .files_progress = shown_by(work),
                        .events_progress = [&work](Position done, Position of, std::size_t bytes) {
                          return work.go_on(done, of, bytes);
                        }});
  }
  if (restored->has_error()) return failed(restored->error());
  const Restored& made = **restored;
  const std::string hash = hex(made.head.hash);
  if (command.json) {
    print_json([&](JsonWriter& out) {
      out.begin_object()
          .field("id", std::string_view(made.id))
          .field("into", std::string_view(command.into))
          .field("log", std::string_view(made.manifest.identity))
          .field("node", std::string_view(made.manifest.node))
          .field("position", made.head.position)
          .field("hash", std::string_view(hash))
          .field("incarnation", std::uint64_t{made.incarnation})
          .end_object();
    });
  } else {
    print_line("restored backup " + made.id + " into " + command.into + ": " +
               number(made.head.position.value) + " events, the last with hash " + hash +
               "; node " + made.manifest.node + " goes on as incarnation " +
               number(made.incarnation));
  }
  return Exit::done;
}

}  // namespace syncline
