#include "ops/cli/help_commands.h"
#include "ops/cli/shared_words.h"
#include "ops/cli/verb_families.h"

namespace syncline {

void add_help_verbs(VerbWords top) {
  const auto completion = std::make_shared<CompletionCommand>();
  top.verb("completion", "print what completes these words in a shell", completion)
      .option("shell", "", "bash, zsh or fish",
              one_of<Shell>({{"bash", Shell::bash}, {"zsh", Shell::zsh}, {"fish", Shell::fish}},
                            "must be bash, zsh or fish", completion->shell))
      .required()
      .footer(
          "Examples:\n"
          "  source <(syncline completion bash)\n"
          "  syncline completion fish > ~/.config/fish/completions/syncline.fish");
  top.verb("man", "print the manual page", std::make_shared<ManCommand>())
      .footer(
          "Examples:\n"
          "  syncline man > /usr/local/share/man/man1/syncline.1\n"
          "  syncline man | man -l -");
}

}  // namespace syncline
