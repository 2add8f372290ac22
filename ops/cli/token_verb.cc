// `syncline token` prints a signed token; alone on its line, so that a shell can take it.
#include <cstdio>

#include "connectors/json/writer.h"
#include "engine/clock.h"
#include "ops/cli/credentials.h"
#include "ops/cli/print.h"
#include "ops/cli/serve_commands.h"

namespace syncline {

Exit run(const TokenCommand& command) {
  const auto ttl = duration_from(command.ttl);
  if (ttl.has_error()) {
    static_cast<void>(failed({ErrorCode::invalid, "--ttl: " + ttl.error().message}));
    return Exit::usage;
  }
  const auto token = token_for({.data = command.data,
                                .file = command.config,
                                .subject = command.sub,
                                .roles = command.roles,
                                .ttl = std::chrono::floor<std::chrono::seconds>(*ttl)},
                               process_environment(), SystemClock().now());
  if (token.has_error()) return failed(token.error());
  // A token's roles are free text, for whoever else reads it.
  for (const auto& role : command.roles) {
    if (role == "admin") continue;
    std::fprintf(stderr,
                 "syncline: note: the role `%s` opens nothing on this server; `admin` does\n",
                 role.c_str());
  }
  std::string line;
  JsonWriter out(line);
  out.begin_object().field("token", std::string_view(*token)).end_object();
  print_line(command.json ? line : *token);
  return Exit::done;
}

}  // namespace syncline
