#include "ops/cli/command_line.h"

#include <algorithm>
#include <charconv>
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

const std::string kPosition = "must be a whole number from 1";

// Our own words for what CLI11 would say with its types' names.
CLI::Validator whole_number(std::uint64_t least, std::string fault) {
  return CLI::Validator(
      [least, fault = std::move(fault)](std::string& text) {
        std::uint64_t value = 0;
        const char* end = text.data() + text.size();
        const auto [stopped, error] = std::from_chars(text.data(), end, value);
        return error == std::errc() && stopped == end && value >= least ? "" : fault;
      },
      "");
}

// Takes one of the names of `all`.
template <class T>
CLI::Validator one_of(const std::map<std::string, T>& all, std::string fault) {
  return CLI::Validator(
      [&all, fault = std::move(fault)](std::string& text) {
        const auto found = all.find(text);
        if (found == all.end()) return fault;
        text = std::to_string(static_cast<int>(found->second));
        return std::string();
      },
      "");
}

// The one place where verbs and their options are declared. `chosen` is set by the verb that was
// named.
class Verbs {
 public:
  Verbs() : app_("syncline: an event log that is durable before it answers, and its views") {
    app_.name("syncline");
    app_.require_subcommand(1);
    app_.set_help_flag("-h,--help", "print this");
    app_.get_formatter()->label("SUBCOMMAND", "VERB");
    app_.get_formatter()->label("Subcommands", "Verbs");
    app_.set_version_flag("--version", "syncline " SYNCLINE_VERSION, "print the version");
    app_.footer("`syncline VERB --help` says more about a verb.");
    app_.failure_message([](const CLI::App*, const CLI::Error& e) { return failure(e); });
    add_serve();
    add_token();
    add_config();
    add_version();
    add_log();
    add_history();
    add_views();
  }

  std::variant<Command, ParseEnd> parse(std::vector<std::string> words) {
    if (std::string fault = verb_fault(words); !fault.empty()) {
      return ParseEnd{Exit::usage, "syncline: " + fault + "\n"};
    }
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
  static std::string failure(const CLI::Error& e) {
    std::string what = e.what();
    // "--from: must be …" as a sentence
    const auto colon = what.find(": ");
    if (e.get_name() == "ValidationError" && colon != std::string::npos) what.erase(colon, 1);
    return "syncline: " + what + "; `syncline --help` lists the verbs\n";
  }

  // Which word is no verb, or where one is missing: "" when the words name one.
  std::string verb_fault(const std::vector<std::string>& words) {
    CLI::App* at = &app_;
    std::string path = "syncline";
    for (const std::string& word : words) {
      const auto verbs = at->get_subcommands([](CLI::App*) { return true; });
      if (verbs.empty()) return "";
      if (word.starts_with('-')) return "";  // --help, say
      const auto named = [&](const CLI::App* verb) { return verb->get_name() == word; };
      const auto found = std::find_if(verbs.begin(), verbs.end(), named);
      if (found == verbs.end())
        return "there is no verb `" + word + "`; `" + path + " --help` lists them";
      at = *found;
      path += " " + word;
    }
    if (at->get_subcommands([](CLI::App*) { return true; }).empty()) return "";
    return "`" + path + "` needs a verb; `" + path + " --help` lists them";
  }

  template <class T>
  CLI::App* verb(CLI::App* parent, const char* name, const char* text, T& command) {
    auto* added = parent->add_subcommand(name, text);
    added->parse_complete_callback([this, &command] { chosen_ = [&command] { return command; }; });
    return added;
  }

  template <class T>
  CLI::App* reading_verb(CLI::App* parent, const char* name, const char* text, T& command) {
    auto* added = verb(parent, name, text, command);
    added->parse_complete_callback([this, &command] {
      check(command.where);
      chosen_ = [&command] { return command; };
    });
    added
        ->add_option("--data", command.where.data,
                     "a data folder, read beside its server or without one")
        ->type_name("FOLDER");
    added->add_option("--server", command.where.server, "or a running server, http://HOST:PORT")
        ->type_name("URL");
    added
        ->add_option("--token-file", command.where.token_file,
                     "file with an admin token for --server (else SYNCLINE_TOKEN)")
        ->type_name("FILE");
    add_json(added, command);
    return added;
  }

  static void check(const Where& where) {
    if (where.data.empty() && where.server.empty()) {
      throw CLI::RequiredError("--data FOLDER or --server http://HOST:PORT");
    }
    if (!where.data.empty() && !where.server.empty()) {
      throw CLI::ValidationError("--data and --server exclude each other");
    }
    if (!where.token_file.empty() && where.server.empty()) {
      throw CLI::ValidationError("--token-file is for --server");
    }
  }

  template <class T>
  void add_json(CLI::App* to, T& command) {
    to->add_flag("--json", command.json, "answer in JSON");
  }

  void add_serve() {
    auto* serve = verb(&app_, "serve", "run the server until SIGTERM or Ctrl-C", serve_);
    serve->add_flag("--dev", serve_.dev,
                    "on this machine alone: makes the secrets, prints an admin token, and lets "
                    "sessions in without a login");
    serve->add_option("--data", serve_.data, "where the log is kept (else log.data, else ./data)")
        ->type_name("FOLDER");
    serve
        ->add_option("--listen", serve_.listen,
                     "where it listens; port 0 takes a free one (else server.listen, else "
                     "127.0.0.1:3594)")
        ->type_name("HOST:PORT");
    serve
        ->add_option("--config", serve_.config,
                     "the configuration (else ./syncline.toml when it is there)")
        ->type_name("FILE");
    serve->add_option("--log-format", serve_.log_format, "human or json (else human)")
        ->transform(one_of(kLogFormats, "must be human or json"))
        ->type_name("FORMAT");
    serve->add_option("--log-level", serve_.log_level, "debug, info, warning or error (else info)")
        ->transform(one_of(kLogLevels, "must be debug, info, warning or error"))
        ->type_name("LEVEL");
    serve->footer(
        "Examples:\n"
        "  syncline serve --dev                      try it, with data in ./data\n"
        "  syncline serve --config syncline.toml     run it; `syncline config check` looks first");
  }

  void add_token() {
    auto* token = verb(&app_, "token", "print a token, signed with the secret of a server", token_);
    token->add_option("--data", token_.data, "data folder of a --dev server")->type_name("FOLDER");
    token->add_option("--config", token_.config, "or the configuration of any other")
        ->type_name("FILE");
    token->add_option("--sub", token_.sub, "user id")->type_name("ID")->required();
    token->add_option("--role", token_.roles, "role, like admin; may be repeated")
        ->type_name("ROLE");
    token->add_option("--ttl", token_.ttl, "how long it is valid: 90s, 15m, 24h, 30d (else 24h)")
        ->type_name("TIME");
    add_json(token, token_);
    token->parse_complete_callback([this] {
      if (token_.data.empty() && token_.config.empty()) {
        throw CLI::RequiredError("--data FOLDER (of a --dev server) or --config FILE");
      }
      if (!token_.data.empty() && !token_.config.empty()) {
        throw CLI::ValidationError("--data and --config exclude each other");
      }
      chosen_ = [this] { return token_; };
    });
    token->footer(
        "Examples:\n"
        "  export SYNCLINE_TOKEN=$(syncline token --data data --sub me --role admin)\n"
        "  syncline token --config syncline.toml --sub 42 --ttl 15m");
  }

  void add_config() {
    auto* config = app_.add_subcommand("config", "look at the configuration");
    config->require_subcommand(1);
    auto* check = verb(config, "check", "read it as `serve` would, and say what is wrong", check_);
    check
        ->add_option("--config,file", check_.config,
                     "the configuration (else ./syncline.toml when it is there)")
        ->type_name("FILE");
    check->add_flag("--dev", check_.dev, "as `serve --dev` would");
    add_json(check, check_);
  }

  void add_version() { add_json(verb(&app_, "version", "print the version", version_), version_); }

  void add_log() {
    auto* log = app_.add_subcommand("log", "read the event log");
    log->require_subcommand(1);
    reading_verb(log, "head", "say where the log ends: position and hash of its last event", head_);
    reading_verb(log, "get", "print one event", get_)
        ->add_option("position", get_.position.value, "its position, from 1")
        ->required()
        ->type_name("")
        ->check(whole_number(1, kPosition));
    auto* tail = reading_verb(log, "tail", "print the last events", tail_);
    tail->add_option("-n", tail_.count, "how many (else 10)")
        ->type_name("COUNT")
        ->check(whole_number(0, "must be a whole number"));
    tail->add_flag("--follow,-f", tail_.follow, "go on with what comes, until Ctrl-C");
    add_export(log);
    add_verify(log);
  }

  void add_export(CLI::App* log) {
    auto* exported =
        reading_verb(log, "export", "write events as CloudEvents, one a line", export_);
    ranged(exported, export_);
    exported->add_option("--output,-o", export_.output, "file (else stdout); written whole or not")
        ->type_name("FILE");
    exported->footer(
        "Examples:\n"
        "  syncline log export --data data --output /tmp/events.ndjson\n"
        "  syncline log export --server http://127.0.0.1:3594 --from 1000 --to 1999");
  }

  void add_verify(CLI::App* log) {
    auto* verify = reading_verb(log, "verify", "hold the log against its format, whole", verify_);
    ranged(verify, verify_);
    verify->footer(
        "Every event, the hash chain, the indexes, log.acked and the views' checkpoints are looked "
        "at.\nIt ends with 0 when all is well, else with 1 and the first bad position.\n"
        "Examples:\n"
        "  syncline log verify --data data\n"
        "  syncline log verify --server http://127.0.0.1:3594 --from 1000000");
  }

  // The verb takes a range of positions, too.
  template <class T>
  void ranged(CLI::App* to, T& command) {
    to->add_option("--from", from_, "first position (else 1)")
        ->type_name("POSITION")
        ->check(whole_number(1, kPosition));
    to->add_option("--to", to_, "last position (else the head of now)")
        ->type_name("POSITION")
        ->check(whole_number(1, kPosition));
    to->parse_complete_callback([this, &command] {
      check(command.where);
      if (to_ > 0 && to_ < from_) throw CLI::ValidationError("--to", "must not be before --from");
      if (from_ > 0) command.from = Position(from_);
      if (to_ > 0) command.to = Position(to_);
      chosen_ = [&command] { return command; };
    });
  }

  void add_history() {
    reading_verb(&app_, "history", "print all events of one subject, oldest first", history_)
        ->add_option("subject", history_.subject, "session/42/abc, node/a, …")
        ->type_name("")
        ->required();
  }

  void add_views() {
    auto* views = app_.add_subcommand("views", "look at the views, what the log is folded into");
    views->require_subcommand(1);
    reading_verb(views, "list", "print their names, versions, and how far they have got",
                 views_list_);
    reading_verb(views, "digest", "print the SHA-256 over a view's state", views_digest_)
        ->add_option("name", views_digest_.name, "of the view (else all)")
        ->type_name("");
    reading_verb(views, "show", "print one view's standing and digest", views_show_)
        ->add_option("name", views_show_.name, "of the view")
        ->type_name("")
        ->required();
    reading_verb(views, "rebuild", "fold the log into a view again from the start", views_rebuild_)
        ->add_option("name", views_rebuild_.name, "of the view")
        ->type_name("")
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
  LogVerifyCommand verify_;
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
