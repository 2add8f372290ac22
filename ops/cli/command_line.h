// Words of the command line to a Command. Pure: reads no file and no environment. CLI11 is seen by
// command_line.cc alone.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "ops/cli/command.h"

namespace syncline {

// Nothing is to be done but to print this: a help text, or why the words were not understood.
struct ParseEnd {
  Exit exit;
  std::string text;  // for stdout when done, else for stderr
};

// `words` without the program's name.
std::variant<Command, ParseEnd> parse_command_line(std::vector<std::string> words);

}  // namespace syncline
