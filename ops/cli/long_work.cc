#include "ops/cli/long_work.h"

namespace syncline {

bool LongWork::go_on(Position done, Position of, std::uint64_t bytes) {
  line_.show(done, of);
  return !signals_.told(pace_.after(bytes, std::chrono::steady_clock::now()));
}

}  // namespace syncline
