#include "ops/cli/command_line.h"

#include <algorithm>
#include <map>
#include <sstream>

#include <CLI/CLI.hpp>

namespace syncline {
namespace {

const std::map<std::string, LogFormat> kLogFormats{{"human", LogFormat::human},
                                                   {"json", LogFormat::json}};
const std::map<std::string, LogLevel> kLogLevels{{"debug", LogLevel::debug},
                                                 {"info", LogLevel::info},
                                                 {"warning", LogLevel::warning},
                                                 {"error", LogLevel::error}};

// The one place where verbs and their options are declared. `chosen` is set by the verb that was
// named.
class Verbs {
 public:
  Verbs() : app_("syncline: an event log that is durable before it answers, and its views") {
    app_.name("syncline");
    app_.require_subcommand(1);
    app_.failure_message([](const CLI::App*, const CLI::Error& e) {
      return "syncline: " + std::string(e.what()) + "; `syncline --help` lists the verbs\n";
    });
    add_serve();
    add_token();
    add_config();
    add_version();
    add_log();
    add_history();
    add_views();
  }

  std::variant<Command, ParseEnd> parse(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    try {
      app_.parse(words);
    } catch (const CLI::ParseError& e) {
      std::ostringstream out, err;
      const bool help = app_.exit(e, out, err) == 0;
      return ParseEnd{help ? Exit::done : Exit::usage, help ? out.str() : err.str()};
    }
    return chosen_();
  }

 private:
  template <class T>
  CLI::App* verb(CLI::App* parent, const char* name, const char* text, T& command) {
    auto* added = parent->add_subcommand(name, text);
    added->parse_complete_callback([this, &command] { chosen_ = [&command] { return command; }; });
    return added;
  }

  template <class T>
  CLI::App* reading_verb(CLI::App* parent, const char* name, const char* text, T& command) {
    auto* added = verb(parent, name, text, command);
    auto* where = added->add_option_group("where", "a data folder or a running server");
    where->add_option("--data", command.where.data, "data folder, read without a server");
    auto* server =
        where->add_option("--server", command.where.server, "http://host:port of a running server");
    where->require_option(1);
    added
        ->add_option("--token-file", command.where.token_file,
                     "file with the token for --server (else SYNCLINE_TOKEN)")
        ->needs(server);
    add_json(added, command);
    return added;
  }

  template <class T>
  void add_json(CLI::App* to, T& command) {
    to->add_flag("--json", command.json, "answer in JSON");
  }

  void add_serve() {
    auto* serve = verb(&app_, "serve", "run the server", serve_);
    serve->add_flag("--dev", serve_.dev,
                    "loopback only; makes missing secrets, opens dev endpoints");
    serve->add_option("--data", serve_.data, "data folder");
    serve->add_option("--listen", serve_.listen, "HOST:PORT; port 0 takes a free one");
    serve->add_option("--config", serve_.config, "syncline.toml");
    serve->add_option("--log-format", serve_.log_format, "human or json")
        ->transform(CLI::CheckedTransformer(kLogFormats).description(""))
        ->type_name("FORMAT");
    serve->add_option("--log-level", serve_.log_level, "debug, info, warning or error")
        ->transform(CLI::CheckedTransformer(kLogLevels).description(""))
        ->type_name("LEVEL");
  }

  void add_token() {
    auto* token = verb(&app_, "token", "print a signed token", token_);
    auto* secret = token->add_option_group("secret", "where the signing secret is");
    secret->add_option("--data", token_.data, "data folder of a --dev server");
    secret->add_option("--config", token_.config, "syncline.toml");
    secret->require_option(1);
    token->add_option("--sub", token_.sub, "user id")->required();
    token->add_option("--role", token_.roles, "role; may be repeated");
    token->add_option("--ttl", token_.ttl, "how long it is valid: 90s, 15m, 24h, 30d")
        ->capture_default_str();
    add_json(token, token_);
  }

  void add_config() {
    auto* config = app_.add_subcommand("config", "look at the configuration");
    config->require_subcommand(1);
    auto* check = verb(config, "check", "read it as `serve` would, and say what is wrong", check_);
    check->add_option("--config,file", check_.config, "syncline.toml");
    check->add_flag("--dev", check_.dev, "as `serve --dev` would");
    add_json(check, check_);
  }

  void add_version() { add_json(verb(&app_, "version", "print the version", version_), version_); }

  void add_log() {
    auto* log = app_.add_subcommand("log", "read the event log");
    log->require_subcommand(1);
    reading_verb(log, "head", "position and hash of the last event", head_);
    reading_verb(log, "get", "one event", get_)
        ->add_option("position", get_.position.value, "its position, from 1")
        ->required()
        ->check(CLI::PositiveNumber);
    auto* tail = reading_verb(log, "tail", "the last events", tail_);
    tail->add_option("-n", tail_.count, "how many")->capture_default_str();
    tail->add_flag("--follow,-f", tail_.follow, "go on with what comes");
    auto* exported = reading_verb(log, "export", "events as CloudEvents, one a line", export_);
    exported->add_option("--from", from_, "first position")->check(CLI::PositiveNumber);
    exported->add_option("--to", to_, "last position")->check(CLI::PositiveNumber);
    exported->add_option("--output,-o", export_.output, "file (else stdout); written whole or not");
    exported->parse_complete_callback([this] {
      if (from_ > 0) export_.from = Position(from_);
      if (to_ > 0) export_.to = Position(to_);
      chosen_ = [this] { return export_; };
    });
  }

  void add_history() {
    reading_verb(&app_, "history", "all events of one subject", history_)
        ->add_option("subject", history_.subject, "session/42/abc, node/a, …")
        ->required();
  }

  void add_views() {
    auto* views = app_.add_subcommand("views", "look at the projections");
    views->require_subcommand(1);
    reading_verb(views, "list", "names, versions, positions and lag", views_list_);
    reading_verb(views, "digest", "SHA-256 over the state", views_digest_)
        ->add_option("name", views_digest_.name, "of the view (else all)");
    reading_verb(views, "show", "one view with its digest", views_show_)
        ->add_option("name", views_show_.name, "of the view")
        ->required();
    reading_verb(views, "rebuild", "fold the log again from the start", views_rebuild_)
        ->add_option("name", views_rebuild_.name, "of the view")
        ->required();
  }

  CLI::App app_;
  std::function<Command()> chosen_;
  ServeCommand serve_;
  TokenCommand token_;
  ConfigCheckCommand check_;
  VersionCommand version_;
  LogHeadCommand head_;
  LogGetCommand get_;
  LogTailCommand tail_;
  LogExportCommand export_;
  std::uint64_t from_ = 0;
  std::uint64_t to_ = 0;
  HistoryCommand history_;
  ViewsListCommand views_list_;
  ViewsDigestCommand views_digest_;
  ViewsShowCommand views_show_;
  ViewsRebuildCommand views_rebuild_;
};

}  // namespace

std::variant<Command, ParseEnd> parse_command_line(std::vector<std::string> words) {
  return Verbs().parse(std::move(words));
}

}  // namespace syncline
