#include "ops/cli/progress_line.h"

#include <cstdio>

#include <unistd.h>

namespace syncline {
namespace {

constexpr std::chrono::milliseconds kBetween{100};  // quick enough to be seen moving

}  // namespace

ProgressLine::ProgressLine(std::string what)
    : what_(std::move(what)), terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void ProgressLine::show(Position done, Position of) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now < next_) return;
  next_ = now + kBetween;
  shown_ = true;
  const double percent =
      of.value == 0 ? 100.0
                    : 100.0 * static_cast<double>(done.value) / static_cast<double>(of.value);
  std::fprintf(stderr, "\r\033[K%s: %llu of %llu (%.0f %%)", what_.c_str(),
               static_cast<unsigned long long>(done.value),
               static_cast<unsigned long long>(of.value), percent);
}

}  // namespace syncline
