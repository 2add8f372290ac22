#include "ops/cli/serve_commands.h"
#include "ops/cli/shared_words.h"
#include "ops/cli/verb_families.h"

namespace syncline {
namespace {

TakeWord loss_into(std::optional<AcceptedLoss>& loss) {
  return [&loss](const std::string& word) -> std::string {
    loss = AcceptedLoss{};
    if (word == "unknown") return "";
    std::uint64_t events = 0;
    if (!into(events)(word).empty()) return "must be the number that the refusal names, or unknown";
    loss->events = events;
    return "";
  };
}

void add_serve(const VerbWords& top) {
  const auto serve = std::make_shared<ServeCommand>();
  top.verb("serve", "run the server until SIGTERM or Ctrl-C", serve)
      .flag("--dev",
            "on this machine alone: makes the secrets, prints an admin token, and lets sessions in "
            "without a login",
            serve->dev)
      .option("--data", "FOLDER", "where the log is kept (else log.data, else ./data)",
              into(serve->data))
      .option("--listen", "HOST:PORT",
              "where it listens; port 0 takes a free one (else server.listen, else "
              "127.0.0.1:3594)",
              into(serve->listen))
      .option("--config", "FILE", "the configuration (else ./syncline.toml when it is there)",
              into(serve->config))
      .option("--accept-loss", "N",
              "once, after a refusal: go on without the N acknowledged events that it says are "
              "missing, or \"unknown\"",
              loss_into(serve->accept_loss))
      .option("--log-format", "FORMAT", "human or json (else human)",
              one_of<LogFormat>({{"human", LogFormat::human}, {"json", LogFormat::json}},
                                "must be human or json", serve->log_format))
      .option("--log-level", "LEVEL", "debug, info, warning or error (else info)",
              one_of<LogLevel>({{"debug", LogLevel::debug},
                                {"info", LogLevel::info},
                                {"warning", LogLevel::warning},
                                {"error", LogLevel::error}},
                               "must be debug, info, warning or error", serve->log_level))
      .footer(
          "Examples:\n"
          "  syncline serve --dev                      try it, with data in ./data\n"
          "  syncline serve --config syncline.toml     run it; `syncline config check` looks "
          "first");
}

std::string fault_of(const TokenCommand& token) {
  if (token.data.empty() && token.config.empty()) {
    return "--data FOLDER (of a --dev server) or --config FILE is required";
  }
  const bool both = !token.data.empty() && !token.config.empty();
  return both ? "--data and --config exclude each other" : "";
}

void add_token(const VerbWords& top) {
  const auto token = std::make_shared<TokenCommand>();
  VerbWords words = top.verb("token", "print a token, signed with the secret of a server", token);
  words.option("--data", "FOLDER", "data folder of a --dev server", into(token->data))
      .option("--config", "FILE", "or the configuration of any other", into(token->config))
      .option("--sub", "ID", "user id", into(token->sub))
      .required()
      .option("--role", "ROLE", "role, like admin; may be repeated", into(token->roles))
      .repeatable()
      .option("--ttl", "TIME", "how long it is valid: 90s, 15m, 24h, 30d (else 24h)",
              into(token->ttl))
      .check([&asked = *token] { return fault_of(asked); })
      .footer(
          "Examples:\n"
          "  export SYNCLINE_TOKEN=$(syncline token --data data --sub me --role admin)\n"
          "  syncline token --config syncline.toml --sub 42 --ttl 15m");
  add_json(words, token->json);
}

void add_config(const VerbWords& top) {
  const auto check = std::make_shared<ConfigCheckCommand>();
  VerbWords words = top.group("config", "look at the configuration")
                        .verb("check", "read it as `serve` would, and say what is wrong", check);
  words
      .option("--config,file", "FILE", "the configuration (else ./syncline.toml when it is there)",
              into(check->config))
      .flag("--dev", "as `serve --dev` would", check->dev);
  add_json(words, check->json);
}

}  // namespace

void add_serve_verbs(VerbWords top) {
  add_serve(top);
  add_token(top);
  add_config(top);
  const auto version = std::make_shared<VersionCommand>();
  VerbWords words = top.verb("version", "print the version", version);
  add_json(words, version->json);
}

}  // namespace syncline
