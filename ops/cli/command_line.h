// Words of the command line to a Command. Pure: reads no file and no environment.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "ops/cli/command.h"

namespace syncline {

// `words` without the program's name.
std::variant<Command, ParseEnd> parse_command_line(std::vector<std::string> words);

}  // namespace syncline
