// Preloaded into a program under test (LD_PRELOAD): its wall clock is the one that the test holds.
//
// SYNCLINE_TEST_CLOCK=FILE: 8 bytes, the microseconds since 1970. The clock stands until the test
// writes others. Only the wall clock: what waits for a while waits as long as ever.
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>

namespace {

using Clock = std::atomic<std::int64_t>;
static_assert(sizeof(Clock) == sizeof(std::int64_t) && Clock::is_always_lock_free);

const Clock& hand_clock() {
  static const Clock* const clock = [] {
    const char* const file = std::getenv("SYNCLINE_TEST_CLOCK");
    const int fd = file == nullptr ? -1 : ::open(file, O_RDONLY | O_CLOEXEC);
    void* const at = ::mmap(nullptr, sizeof(Clock), PROT_READ, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) std::abort();
    return static_cast<const Clock*>(at);
  }();
  return *clock;
}

}  // namespace

extern "C" int clock_gettime(clockid_t which, timespec* now) noexcept {
  if (which != CLOCK_REALTIME) {
    static const auto real =
        reinterpret_cast<decltype(&clock_gettime)>(dlsym(RTLD_NEXT, "clock_gettime"));
    return real(which, now);
  }
  const std::int64_t micros = hand_clock().load();
  now->tv_sec = micros / 1'000'000;
  now->tv_nsec = micros % 1'000'000 * 1000;
  return 0;
}
