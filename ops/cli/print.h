// What every verb says: answers on stdout, and one sentence about what went wrong on stderr.
#pragma once

#include <string_view>

#include "engine/error.h"
#include "ops/cli/command.h"

namespace syncline {

// Prints `error` as `syncline: …`.
Exit failed(const Error& error);
// One line to stdout. False once nobody reads it.
bool print_line(std::string_view line);
// How the program ends, whose verb ended so: an answer that did not get to stdout was not given.
Exit ended(Exit exit);

}  // namespace syncline
