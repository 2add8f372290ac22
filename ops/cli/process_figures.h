// What the operating system says about this process (Linux /proc/self). 0 where it does not say.
#pragma once

#include <cstdint>

namespace syncline {

struct ProcessFigures {
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_files = 0;
};

ProcessFigures process_figures();

}  // namespace syncline
