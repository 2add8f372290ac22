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

Exit ended(Exit exit) {
  const bool told = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (told || exit == Exit::failed) return exit;
  return failed({ErrorCode::io, "stdout could not be written: what was printed is not whole"});
}

}  // namespace syncline
