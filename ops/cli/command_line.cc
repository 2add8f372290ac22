#include "ops/cli/command_line.h"

#include "ops/cli/verb_families.h"

namespace syncline {

std::variant<Command, ParseEnd> parse_command_line(std::vector<std::string> words) {
  VerbTree tree("syncline", "an event log that is durable before it answers, and its views");
  const VerbWords top = tree.top();
  add_serve_verbs(top);
  add_log_verbs(top);
  add_views_verbs(top);
  add_replay_verbs(top);
  add_backup_verbs(top);
  return tree.parse(std::move(words));
}

}  // namespace syncline
