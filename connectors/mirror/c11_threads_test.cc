// librdkafka starts its threads by C11's thrd_create, which ThreadSanitizer does not know: the
// first lock that such a thread takes ends the process. In the tests under it they are POSIX
// threads.
#ifdef __SANITIZE_THREAD__

#include <cstdint>
#include <memory>

#include <pthread.h>
#include <threads.h>

namespace {

struct Start {
  thrd_start_t run;
  void* with;
};

void* run(void* argument) {
  const std::unique_ptr<Start> start(static_cast<Start*>(argument));
  return reinterpret_cast<void*>(static_cast<std::intptr_t>(start->run(start->with)));
}

}  // namespace

extern "C" int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
  auto start = std::make_unique<Start>(Start{function, argument});
  if (pthread_create(thread, nullptr, run, start.get()) != 0) return thrd_error;
  start.release();
  return thrd_success;
}

extern "C" int thrd_join(thrd_t thread, int* result) {
  void* returned = nullptr;
  if (pthread_join(thread, &returned) != 0) return thrd_error;
  if (result != nullptr) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(returned));
  return thrd_success;
}

#endif
