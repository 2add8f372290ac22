#include "ops/cli/command_line.h"

#include "ops/cli/verb_families.h"

namespace syncline {
namespace {

class AllVerbs : public VerbTree {
 public:
  AllVerbs()
      : VerbTree("syncline", "an event log that is durable before it answers, and its views") {
    const VerbWords all = top();
    add_serve_verbs(all);
    add_log_verbs(all);
    add_views_verbs(all);
    add_replay_verbs(all);
    add_backup_verbs(all);
    add_mirror_verbs(all);
    add_help_verbs(all);
  }
};

}  // namespace

std::variant<Command, ParseEnd> parse_command_line(std::vector<std::string> words) {
  return AllVerbs().parse(std::move(words));
}

std::vector<VerbPage> verb_pages() { return AllVerbs().pages(); }

}  // namespace syncline
