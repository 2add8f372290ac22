#include "ops/cli/file_watch.h"

#include <fstream>
#include <future>

#include <gtest/gtest.h>

#include "ops/cli/scratch_folder.h"

namespace syncline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class FileWatchTest : public testing::Test {
 protected:
  // Whether `change`, made after the file was read, is told of.
  bool is_told_of(const std::function<void()>& change) {
    const FileStamp since = stamp_of(file);
    change();
    std::promise<void> told;
    std::once_flag once;
    const FileWatch watch(file, since, milliseconds(1),
                          [&] { std::call_once(once, [&] { told.set_value(); }); });
    return told.get_future().wait_for(seconds(20)) == std::future_status::ready;
  }
  void write(const std::string& text) { std::ofstream(file) << text; }

  const ScratchFolder folder;
  const std::filesystem::path file = folder.path() / "keys.json";
};

TEST_F(FileWatchTest, TellsOfEveryKindOfChange) {
  EXPECT_TRUE(is_told_of([&] { write("one"); }));  // it was not there
  EXPECT_TRUE(is_told_of([&] { write("another"); }));
  EXPECT_TRUE(is_told_of([&] {
    const auto beside = folder.path() / "beside";
    std::filesystem::copy_file(file, beside);
    std::filesystem::last_write_time(beside, std::filesystem::last_write_time(file));
    std::filesystem::rename(beside, file);
  }));
  EXPECT_TRUE(is_told_of([&] { std::filesystem::remove(file); }));
}

TEST_F(FileWatchTest, TellsOnceOfOneChange) {
  write("one");
  std::mutex mutex;
  std::condition_variable changed;
  int told = 0;
  const FileWatch watch(file, stamp_of(file), milliseconds(1), [&] {
    const std::lock_guard lock(mutex);
    ++told;
    changed.notify_one();
  });
  for (int change = 1; change <= 3; ++change) {
    write(std::string(static_cast<std::size_t>(change) + 5, 'x'));
    std::unique_lock lock(mutex);
    // A write may be seen half done: the truncated file, then the whole one.
    EXPECT_TRUE(changed.wait_for(lock, seconds(20), [&] { return told >= change; }));
  }
  EXPECT_LE(told, 6);
}

}  // namespace
}  // namespace syncline
