// Reads a log folder as it lies on disk, beside or without a server, and follows the chain:
//   log_check DATA        prints "HEAD_POSITION HEAD_HASH" when every frame is whole, positions are
//                         contiguous and each event names the hash of the one before
// Exit 1, with the first fault, when not.
#include <cstdio>

#include "engine/log/log.h"

int main(int argc, char** argv) {
  using namespace syncline;
  if (argc != 2) return 2;
  const auto opened = Log::open({.path = std::string(argv[1]) + "/log", .read_only = true});
  if (!opened) {
    std::printf("cannot open: %s\n", opened.error().message.c_str());
    return 1;
  }
  const Log& log = **opened;
  Hash hash{};
  std::uint64_t seen = 0;
  std::string fault;
  const auto scanned =
      log.scan(Position{1}, log.head().position, [&](Position position, std::string_view frame) {
        const char* broken = frame_fault(frame, FrameCheck::everything);
        const auto header = broken == nullptr ? decode_header(frame) : std::nullopt;
        if (broken != nullptr) {
          fault = broken;
        } else if (position.value != seen + 1 || header->position != position) {
          fault = "position";
        } else if (header->previous_hash != hash) {
          fault = "chain";
        }
        if (!fault.empty()) return false;
        hash = header->hash;
        ++seen;
        return true;
      });
  if (!scanned) fault = scanned.error().message;
  if (fault.empty() && (seen != log.head().position.value || hash != log.head().hash)) {
    fault = "head";
  }
  if (!fault.empty()) {
    std::printf("event %llu: %s\n", static_cast<unsigned long long>(seen + 1), fault.c_str());
    return 1;
  }
  std::printf("%llu %s\n", static_cast<unsigned long long>(seen), hex(hash).c_str());
}
