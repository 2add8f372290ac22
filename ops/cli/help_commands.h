// The verbs that write down how the command line is used, for shells and for `man`.
#pragma once

#include <string>

#include "ops/cli/command.h"

namespace syncline {

enum class Shell { bash, zsh, fish };

struct CompletionCommand {
  Shell shell = Shell::bash;
};
Exit run(const CompletionCommand& asked);

struct ManCommand {};
Exit run(const ManCommand& asked);

}  // namespace syncline
