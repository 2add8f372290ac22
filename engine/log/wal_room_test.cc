#include "engine/log/wal_room.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include "engine/limits.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

class WalRoomTest : public ::testing::Test {
 protected:
  std::unique_ptr<rocksdb::WritableFile> create(const std::string& path) {
    std::unique_ptr<rocksdb::WritableFile> file;
    EXPECT_TRUE(env_->NewWritableFile(path, &file, rocksdb::EnvOptions()).ok());
    return file;
  }
  static std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Room is made on a thread of its own.
  static void await_size(const std::string& path, std::size_t size) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::filesystem::file_size(path) < size) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "nobody makes room in " << path;
      std::this_thread::yield();
    }
  }

  TempFolder folder_;
  const std::unique_ptr<rocksdb::Env> env_ = with_wal_room(nullptr);
};

TEST_F(WalRoomTest, ZerosLieBehindWhatWasWrittenUntilTheFileIsClosed) {
  const std::string path = folder_ / "000004.log";
  const auto file = create(path);
  ASSERT_TRUE(file->Append("record").ok());
  await_size(path, limits::kWalRoom);
  std::string bytes = bytes_of(path);
  EXPECT_EQ(bytes.substr(0, 6), "record");
  EXPECT_EQ(bytes.find_first_not_of('\0', 6), std::string::npos);
  EXPECT_EQ(file->GetFileSize(), 6u) << "what RocksDB is told";
  ASSERT_TRUE(file->Close().ok());
  EXPECT_EQ(bytes_of(path), "record");
}

TEST_F(WalRoomTest, NothingThatIsWrittenIsZeroed) {
  const std::string path = folder_ / "000004.log";
  const auto file = create(path);
  std::mt19937 random(7);
  std::string all;
  while (all.size() < 8 * limits::kWalRoom) {  // faster than room is made, at times
    const std::string record(random() % 70'000 + 1, static_cast<char>('a' + random() % 26));
    ASSERT_TRUE(file->Append(record).ok());
    const bool due = random() % 8 == 0;
    ASSERT_TRUE(!due || file->Sync().ok());
    all += record;
  }
  await_size(path, all.size() + limits::kWalRoom);
  EXPECT_EQ(bytes_of(path).substr(0, all.size()), all);
  ASSERT_TRUE(file->Close().ok());
  EXPECT_EQ(bytes_of(path), all);
}

TEST_F(WalRoomTest, OtherFilesGrowByWhatIsWritten) {
  const std::string path = folder_ / "000004.sst";
  const auto file = create(path);
  ASSERT_TRUE(file->Append("table").ok());
  ASSERT_TRUE(file->Sync().ok());
  EXPECT_EQ(bytes_of(path), "table");
  EXPECT_TRUE(file->Close().ok());
}

}  // namespace
}  // namespace syncline
