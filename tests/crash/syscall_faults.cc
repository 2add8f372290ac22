// Preloaded into a program under test (LD_PRELOAD): counts its calls of fsync, fdatasync, rename
// and renameat over all threads, and does to it, at one of them, what a disk or a crash does.
// (strace counts each thread by itself, so its N-th sync is not that of the program.)
//
// SYNCLINE_TEST_FAULT:
//   count         nothing
//   kill:N        SIGKILL before the N-th call
//   eio:N         the N-th call fails with EIO
//   cut:N:FOLDER  cuts the power of the ext4 that FOLDER lies on before the N-th call, then SIGKILL
//   lie           syncs of WALs and of log.acked are said to be done, and are not
// SYNCLINE_TEST_ONLY=TEXT: calls on files without it in their names do not count.
// SYNCLINE_TEST_CALLS=FILE: a line for each call that counts, made or not, with the file's name.
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace {

constexpr unsigned long kExt4Shutdown = 0x8004587D;
constexpr unsigned kNoLogFlush = 2;

struct Plan {
  bool lie = false;
  bool eio = false;
  long at = 0;         // 0: never
  std::string folder;  // "": its power stays on
  std::string only;    // is in the name of a file that counts
  int calls = -1;      // of the file that lists them

  Plan() {
    const char* fault = std::getenv("SYNCLINE_TEST_FAULT");
    const std::string text = fault == nullptr ? "" : fault;
    const bool cut = text.starts_with("cut:");
    lie = text == "lie";
    eio = text.starts_with("eio:");
    if (cut || eio || text.starts_with("kill:")) at = std::atol(std::strchr(fault, ':') + 1);
    if (cut) folder = text.substr(text.find(':', 4) + 1);
    if (const char* part = std::getenv("SYNCLINE_TEST_ONLY")) only = part;
    if (const char* file = std::getenv("SYNCLINE_TEST_CALLS")) {
      calls = ::open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
  }
};

const Plan& plan() {
  static const Plan made;
  return made;
}

void crash() {
  if (!plan().folder.empty()) {
    const int folder = ::open(plan().folder.c_str(), O_RDONLY | O_CLOEXEC);
    if (folder < 0 || ::ioctl(folder, kExt4Shutdown, &kNoLogFlush) != 0) std::abort();
  }
  ::kill(::getpid(), SIGKILL);
  ::pause();
}

// False: it shall fail, and errno says so.
bool count(const char* call, const std::string& file) {
  static std::atomic<long> seen{0};
  if (file.find(plan().only) == std::string::npos) return true;
  const long n = ++seen;
  const std::string line = std::to_string(n) + " " + call + " " + file + "\n";
  if (plan().calls >= 0 && ::write(plan().calls, line.data(), line.size()) < 0) std::abort();
  if (n != plan().at) return true;
  if (!plan().eio) crash();
  errno = EIO;
  return false;
}

std::string name_of(int fd) {
  char name[4096];
  const auto size = ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), name, sizeof name);
  return size < 0 ? "?" : std::string(name, static_cast<std::size_t>(size));
}

template <typename Call>
Call* next(const char* name) {
  return reinterpret_cast<Call*>(dlsym(RTLD_NEXT, name));
}

int sync(const char* call, int fd) {
  const std::string file = name_of(fd);
  if (!count(call, file)) return -1;
  if (plan().lie && (file.ends_with(".log") || file.ends_with("/log.acked"))) return 0;
  return next<int(int)>(call)(fd);
}

}  // namespace

extern "C" {

int fsync(int fd) { return sync("fsync", fd); }
int fdatasync(int fd) { return sync("fdatasync", fd); }

int rename(const char* from, const char* to) noexcept {
  if (!count("rename", to)) return -1;
  return next<int(const char*, const char*)>("rename")(from, to);
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  if (!count("renameat", to)) return -1;
  return next<int(int, const char*, int, const char*)>("renameat")(from_folder, from, to_folder,
                                                                   to);
}

}  // extern "C"
