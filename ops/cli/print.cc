#include "ops/cli/print.h"

#include <cstdio>

namespace syncline {

Exit failed(const Error& error) {
  std::fprintf(stderr, "syncline: %s\n", error.message.c_str());
  return Exit::failed;
}

bool print_line(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  return std::fflush(stdout) == 0;
}

}  // namespace syncline
