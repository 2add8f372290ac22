// `syncline serve`. The first line on stdout says where it listens: for a person on a terminal; one
// JSON object {"msg":"listening","address","data","token"} under --log-format json, or when stdout
// is not a terminal, for the program that started it. Everything else is a log line on stderr.
#include <filesystem>
#include <sstream>

#include <unistd.h>

#include "connectors/auth/token.h"
#include "connectors/json/writer.h"
#include "ops/cli/credentials.h"
#include "ops/cli/dev_secrets.h"
#include "ops/cli/os_user.h"
#include "ops/cli/print.h"
#include "ops/cli/serve_commands.h"
#include "ops/cli/server_process.h"
#include "ops/cli/stop_signals.h"

namespace syncline {
namespace {

constexpr std::chrono::hours kDevTokenLife{24 * 30};  // a dev server is left running for weeks

NamedTexts flags(const ServeCommand& command) {
  NamedTexts given;
  if (!command.listen.empty()) given.emplace_back("server.listen", command.listen);
  if (!command.data.empty()) given.emplace_back("log.data", command.data);
  return given;
}

Result<Config> configuration(const ServeCommand& command, const std::filesystem::path& file) {
  auto config = load_config({.dev = command.dev,
                             .file = file,
                             .environment = process_environment(),
                             .flags = flags(command)});
  if (config.has_error()) return config;
  if (auto owned = check_owner(config->data); owned.has_error()) return owned.error();
  if (!command.dev) return config;
  SystemRng rng;
  const auto secrets = make_dev_secrets(config->data, rng);
  if (secrets.has_error()) return secrets.error();
  adopt(*secrets, *config);
  return config;
}

// "" where there is nothing to sign one with: tokens come from elsewhere alone.
Result<std::string> admin_token(const Config& config) {
  const AuthOptions options = auth_options(config);
  if (!config.dev || !signing_algorithm(options)) return std::string();
  return make_token(options, "dev", {"admin"}, kDevTokenLife, SystemClock().now());
}

void print_start(const ServerProcess& server, const Config& config, const std::string& token,
                 bool json) {
  const std::string data = std::filesystem::absolute(config.data).string();
  if (json) {
    std::string line;
    JsonWriter(line)
        .begin_object()
        .field("msg", "listening")
        .field("address", std::string_view(server.address()))
        .field("data", std::string_view(data))
        .text_or_null("token", token)
        .end_object();
    print_line(line);
    return;
  }
  print_line("syncline " SYNCLINE_VERSION " listens on http://" + server.address());
  print_line("  data   " + data);
  if (!token.empty()) print_line("  token  " + token + "  (admin)");
}

// For a person one line a fault, as `config check` prints them.
Exit refused(Logs& logs, const Error& error) {
  if (logs.format() == LogFormat::json) {
    logs.error("refused to start",
               {{"code", std::string(name(error.code))}, {"why", error.message}});
    return Exit::failed;
  }
  std::istringstream lines(error.message);
  for (std::string line; std::getline(lines, line);) logs.error("refused to start: " + line);
  return Exit::failed;
}

}  // namespace

Exit run(const ServeCommand& command) {
  Logs logs(command.log_format, command.log_level);
  StopSignals signals;
  const std::filesystem::path file = config_file(command.config);
  if (!file.empty()) logs.info("configuration file", {{"file", file.string()}});
  const auto config = configuration(command, file);
  if (config.has_error()) return refused(logs, config.error());
  for (const auto& key : config->unused) {
    logs.warning("this version does not act on a key", {{"key", key}});
  }
  for (const auto& note : config->notes) logs.warning(note);
  const auto token = admin_token(*config);
  if (token.has_error()) return refused(logs, token.error());

  auto accept_loss = command.accept_loss;
  if (accept_loss) accept_loss->who = os_user();
  auto server = ServerProcess::start(*config, logs, std::move(accept_loss));
  if (server.has_error()) return refused(logs, server.error());
  signals.ready();
  print_start(**server, *config, *token,
              command.log_format == LogFormat::json || ::isatty(STDOUT_FILENO) != 1);
  logs.info("listening", {{"address", (*server)->address()},
                          {"data", config->data.string()},
                          {"head", (*server)->head().value}});

  const int signal = signals.wait();
  logs.info("stopping", {{"signal", ::sigabbrev_np(signal)}});
  const auto drained = (*server)->drain();
  if (drained.has_error()) {
    logs.error("stopped; the log had been closed for writing", {{"why", drained.error().message}});
    return Exit::failed;
  }
  logs.info("stopped");
  return Exit::done;
}

}  // namespace syncline
