#include <cstdio>

#include "ops/cli/command_line.h"
#include "ops/cli/print.h"

int main(int count, char** words) {
  using namespace syncline;
  const auto parsed = parse_command_line(std::vector<std::string>(words + 1, words + count));
  if (const auto* end = std::get_if<ParseEnd>(&parsed)) {
    std::fputs(end->text.c_str(), end->exit == Exit::done ? stdout : stderr);
    return static_cast<int>(ended(end->exit));
  }
  try {
    return static_cast<int>(ended(std::get<Command>(parsed).carry_out()));
  } catch (const std::exception& e) {
    return static_cast<int>(failed({ErrorCode::io, e.what()}));
  }
}
