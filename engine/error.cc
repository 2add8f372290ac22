#include "engine/error.h"

#include <cstdio>
#include <cstdlib>

namespace syncline {

std::string_view name(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return "invalid";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::version_mismatch:
      return "version_mismatch";
    case ErrorCode::refused:
      return "refused";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::queue_full:
      return "queue_full";
    case ErrorCode::disk_full:
      return "disk_full";
    case ErrorCode::log_closed:
      return "log_closed";
    case ErrorCode::stopping:
      return "stopping";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::acked_ahead:
      return "acked_ahead";
    case ErrorCode::locked:
      return "locked";
    case ErrorCode::newer_format:
      return "newer_format";
    case ErrorCode::io:
      return "io";
    case ErrorCode::timeout:
      return "timeout";
    case ErrorCode::past_behind:
      return "past_behind";
  }
  return "unknown";
}

void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "syncline: invariant broken at %s:%d: %s\n", file, line, expression);
  std::abort();
}

}  // namespace syncline
