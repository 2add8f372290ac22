#include "tests/crash/power_switch.h"

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/error.h"

namespace syncline {
namespace {

constexpr unsigned long kExt4Shutdown = 0x8004587D;
constexpr std::uint32_t kNoLogFlush = 2;  // not even the journal's last transaction is written

}  // namespace

std::shared_ptr<PowerSwitch> PowerSwitch::from_environment() {
  const char* text = std::getenv("SYNCLINE_TEST_CUT");
  if (text == nullptr) return nullptr;
  std::istringstream words(text);
  std::string kind, skip, delay, folder;
  std::getline(words, kind, ',');
  std::getline(words, skip, ',');
  std::getline(words, delay, ',');
  std::getline(words, folder);
  return std::make_shared<PowerSwitch>(kind, std::atoi(skip.c_str()),
                                       std::chrono::microseconds(std::atol(delay.c_str())), folder);
}

// One table that is only moved to another level is no compaction: nothing is written but the move.
void PowerSwitch::OnCompactionBegin(rocksdb::DB*, const rocksdb::CompactionJobInfo& job) {
  if (job.input_files.size() > 1) begins("compaction");
}

void PowerSwitch::OnCompactionCompleted(rocksdb::DB*, const rocksdb::CompactionJobInfo& job) {
  if (job.input_files.size() > 1) ends("compaction");
}

void PowerSwitch::OnFileSyncFinish(const rocksdb::FileOperationInfo& file) {
  if (file.path.ends_with(".log")) ends("wal");
}

void PowerSwitch::begins(const char* kind) {
  if (kind_ != kind) return;
  const std::lock_guard lock(mutex_);
  ++under_way_;
  if (--skip_ > 0) return;
  const auto delay = delay_;
  if (delay.count() == 0) return cut(delay);
  std::thread([this, delay, round = ++round_] {
    const auto due = std::chrono::steady_clock::now() + delay;
    while (std::chrono::steady_clock::now() < due) std::this_thread::yield();
    const std::lock_guard still(mutex_);
    if (under_way_ > 0 && round == round_) return cut(delay);
    delay_ = delay / 2;  // it was over: earlier in the next one
  }).detach();
}

void PowerSwitch::ends(const char* kind) {
  if (kind_ != kind) return;
  const std::lock_guard lock(mutex_);
  under_way_ = kind_ == "wal" ? 0 : under_way_ - 1;
}

void PowerSwitch::cut(std::chrono::microseconds after) {
  const int folder = ::open(folder_.c_str(), O_RDONLY | O_CLOEXEC);
  SYNCLINE_CHECK(folder >= 0);
  // Before it: RocksDB may meet the first failed write at once, and some of those abort it.
  std::fprintf(stderr, "power cut: %s, %lld us after its begin\n", kind_.c_str(),
               static_cast<long long>(after.count()));
  SYNCLINE_CHECK(::ioctl(folder, kExt4Shutdown, &kNoLogFlush) == 0);
  ::close(folder);
  skip_ = std::numeric_limits<int>::max();  // once
}

}  // namespace syncline
