#include "connectors/past_reads.h"
#include "ops/cli/shared_words.h"
#include "ops/cli/verb_families.h"
#include "ops/cli/views_commands.h"

namespace syncline {
namespace {

TakeWord asked_into(std::optional<Asked>& at) {
  return [&at](const std::string& word) -> std::string {
    at = read_asked(word);
    return at ? "" : "must be a position, from 1, or an ISO-8601 time";
  };
}

}  // namespace

void add_views_verbs(VerbWords top) {
  const VerbWords views = top.group("views", "look at the views, what the log is folded into");
  reading_verb(views, "list", "print their names, versions, and how far they have got",
               std::make_shared<ViewsListCommand>());
  const auto digest = std::make_shared<ViewsDigestCommand>();
  reading_verb(views, "digest", "print the SHA-256 over a view's state", digest)
      .option("name", "", "of the view (else all)", into(digest->name));
  const auto show = std::make_shared<ViewsShowCommand>();
  reading_verb(views, "show", "print one view's standing and digest", show)
      .option("name", "", "of the view", into(show->name))
      .required()
      .option("--at", "TIME|POSITION",
              "as it was then, at the last event by that time or at that one", asked_into(show->at))
      .footer(
          "A server answers from what it keeps of the past; a folder from that, too, or else its "
          "log "
          "is folded\nanew up to there. The digest is that of a log which ended there.\n"
          "Example:\n"
          "  syncline views show sessions --server http://127.0.0.1:3594 --at "
          "2026-03-01T12:00:00Z");
  const auto rebuild = std::make_shared<ViewsRebuildCommand>();
  VerbWords words = reading_verb(views, "rebuild", "fold the log into a view again from the start",
                                 rebuild, kStoppedFolder);
  words.option("name", "", "of the view", into(rebuild->name)).required();
  add_rate(words, rebuild->rate);
  words.footer(
      "With --server the view goes on serving while it is rebuilt, and so it does when Ctrl-C ends "
      "the rebuild.\nA --rate below that of the appends never catches up with them.\n"
      "Example:\n"
      "  syncline views rebuild sessions --server http://127.0.0.1:3594 --rate 20MiB");
}

}  // namespace syncline
