#include "ops/cli/process_figures.h"

#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace syncline {

ProcessFigures process_figures() {
  ProcessFigures figures;
  std::uint64_t pages_total = 0;
  std::uint64_t pages_resident = 0;
  if (std::ifstream("/proc/self/statm") >> pages_total >> pages_resident) {
    figures.resident_bytes = pages_resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }
  std::error_code failed;
  for (std::filesystem::directory_iterator each("/proc/self/fd", failed), end;
       !failed && each != end; each.increment(failed)) {
    ++figures.open_files;
  }
  if (figures.open_files > 0) --figures.open_files;  // the one that lists them
  return figures;
}

}  // namespace syncline
