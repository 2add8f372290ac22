#include "bench/load/cpu.h"

#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

namespace syncline::load {
namespace {

struct Process {
  pid_t parent = 0;
  double seconds = 0;
};

// proc(5): "pid (name) state ppid … utime stime …"; the name may hold spaces and brackets.
std::optional<Process> read_process(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skip;
  Process process;
  fields >> skip >> process.parent;
  for (int field = 5; field < 14; ++field) fields >> skip;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  process.seconds = (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  return process;
}

}  // namespace

double own_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double tree_cpu_seconds(pid_t root) {
  std::map<pid_t, Process> processes;
  DIR* proc = opendir("/proc");
  if (proc == nullptr) return 0;
  while (const dirent* entry = readdir(proc)) {
    const std::string name = entry->d_name;
    if (name.find_first_not_of("0123456789") != name.npos) continue;
    if (auto process = read_process(name)) processes[std::stoi(name)] = *process;
  }
  closedir(proc);

  double seconds = 0;
  for (const auto& [pid, process] : processes) {
    pid_t at = pid;
    while (at != root && processes.contains(at)) at = processes[at].parent;
    if (at == root) seconds += process.seconds;
  }
  return seconds;
}

}  // namespace syncline::load
