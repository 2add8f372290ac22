#include <thread>

#include "engine/backup/backup_fixture.h"
#include "engine/backup/repository.h"
#include "engine/backup/verify_backup.h"
#include "engine/log/acked_file.h"
#include "tests/memory_disk.h"

namespace syncline {
namespace {

namespace fs = std::filesystem;

class BackupTest : public BackupFixture {
 protected:
  BackupVerification verified(const std::string& id, bool quick = false) {
    return verify_backup({.repository = repository(), .id = id, .quick = quick}).value();
  }
};

TEST_F(BackupTest, HoldsTheLogAsItIs) {
  append(20);
  const Head head = head_of(data());
  const auto made = backed_up();
  EXPECT_EQ(made.manifest.head.position, head.position);
  EXPECT_EQ(made.manifest.head.hash, head.hash);
  EXPECT_EQ(head_of(path(made.id)).hash, head.hash);
  EXPECT_EQ(AckedFile::read(path(made.id) + "/log.acked", nullptr).value()->hash, head.hash);
  const auto seen = verified(made.id);
  EXPECT_FALSE(seen.fault);
  EXPECT_EQ(seen.log->events, 20u);
  append(1);
  EXPECT_FALSE(verified(made.id).fault) << "what the log does afterwards is nothing to it";
  EXPECT_EQ(head_of(path(made.id)).hash, head.hash);
}

TEST_F(BackupTest, OfAnEmptyLogIsOneToo) {
  append(0);
  const auto made = backed_up();
  EXPECT_EQ(made.manifest.head.position, Position());
  EXPECT_FALSE(verified(made.id).fault);
}

TEST_F(BackupTest, OfALogThatIsWrittenHasAllThatWasAcknowledgedBefore) {
  const auto engine = opened(data());
  append(*engine, 10);
  std::atomic<bool> enough = false;
  std::thread writer([&] {
    while (!enough) append(*engine, 1);
  });
  std::vector<BackupMade> all;
  for (int i = 0; i < 5; ++i) {
    const Position acknowledged = engine->applied();
    all.push_back(back_up_log(engine->log(), data(), options()).value());
    EXPECT_GE(all.back().manifest.head.position, acknowledged);
  }
  enough = true;
  writer.join();
  EXPECT_FALSE(fs::exists(data() + "/backup.links"));
  for (const auto& made : all) {
    const auto seen = verified(made.id);
    EXPECT_FALSE(seen.fault) << seen.fault->what;
    EXPECT_EQ(hex(decode_header(engine->log().read(made.manifest.head.position).value())->hash),
              hex(made.manifest.head.hash));
  }
}

TEST_F(BackupTest, SortedFilesAreSharedAndNothingElseIs) {
  append(20);
  append(0);  // opened again: what was in the write-ahead log is in sorted files now
  const auto one = backed_up();
  const auto two = backed_up();
  EXPECT_GT(one.linked, 0u);
  EXPECT_EQ(two.linked, one.linked);
  for (const BackupFile& file : two.manifest.files) {
    const bool sorted = file.path.ends_with(".sst");
    const std::string here = path(two.id) + "/" + file.path;
    EXPECT_EQ(fs::hard_link_count(here), sorted ? 3u : 1u) << file.path;
    EXPECT_EQ(fs::equivalent(here, data() + "/" + file.path), sorted) << file.path;
  }
  fs::remove_all(path(one.id));
  EXPECT_FALSE(verified(two.id).fault) << "each is complete in itself";
}

TEST_F(BackupTest, OnAnotherFileSystemSharesWithTheOneBefore) {
  const TempFolder elsewhere(memory_disk());
  if (memory_disk() != "/dev/shm") GTEST_SKIP() << "there is no second file system";
  append(20);
  append(0);
  auto there = options();
  there.repository = elsewhere / "backups";
  const auto one = back_up_folder(data(), there).value();
  EXPECT_EQ(one.linked, 0u);
  append(10);
  append(0);
  there.now += std::chrono::seconds(1);
  const auto two = back_up_folder(data(), there).value();
  EXPECT_GT(two.linked, 0u);
  for (const BackupFile& file : one.manifest.files) {
    if (!file.path.ends_with(".sst") || two.manifest.file(file.path) == nullptr) continue;
    EXPECT_TRUE(fs::equivalent(there.repository + "/" + one.id + "/" + file.path,
                               there.repository + "/" + two.id + "/" + file.path));
  }
  EXPECT_FALSE(verify_backup({.repository = there.repository}).value().fault);
}

// Stopped behind every piece in turn, until one comes through.
TEST_F(BackupTest, OneThatWasInterruptedIsNotThereAndGoesOn) {
  append(20);
  append(0);
  const Position end = head_of(data()).position;
  bool whole = false;
  for (int stop_at = 1; !whole; ++stop_at) {
    auto stopped = options();
    int pieces = 0;
    stopped.progress = [&](const BytesDone&) { return ++pieces < stop_at; };
    const auto made = back_up_folder(data(), stopped);
    whole = made.has_value();
    if (whole) break;
    ASSERT_EQ(made.error().code, ErrorCode::stopping);
    EXPECT_TRUE(list_backups(repository(), BackupFiles(nullptr, {})).value().empty());
    if (stop_at > 3) continue;
    append(1);
    append(0);  // the log goes on, and some of its files go away
  }
  const auto seen = verified("");
  EXPECT_FALSE(seen.fault) << seen.fault->what;
  EXPECT_GT(seen.log->head.position, end);
  EXPECT_FALSE(fs::exists(repository() + "/partial"));
}

TEST_F(BackupTest, EachAlteredFileIsFound) {
  append(20);
  append(0);
  append(3);
  const auto made = backed_up();
  ASSERT_FALSE(verified(made.id, /*quick=*/true).fault);
  for (const BackupFile& file : made.manifest.files) {
    const std::string name = path(made.id) + "/" + file.path;
    const auto middle = static_cast<std::streamoff>(file.size / 2);
    if (file.size == 0) continue;
    flip(name, middle);
    const auto seen = verified(made.id, /*quick=*/true);
    ASSERT_TRUE(seen.fault) << file.path;
    EXPECT_NE(seen.fault->what.find(file.path), std::string::npos) << seen.fault->what;
    flip(name, middle);
  }
  EXPECT_FALSE(verified(made.id).fault);
  flip(path(made.id) + "/manifest", 100);
  EXPECT_TRUE(verified(made.id).fault);
}

TEST_F(BackupTest, FilesThatAreGoneOrAreNotItsOwnAreFound) {
  append(20);
  const auto made = backed_up();
  const std::string stranger = path(made.id) + "/log/999999.log";
  std::ofstream(stranger) << "x";
  EXPECT_NE(verified(made.id, true).fault->what.find("999999.log"), std::string::npos);
  fs::remove(stranger);
  const std::string unsorted = first_ending(path(made.id) + "/log", ".log");
  fs::resize_file(unsorted, fs::file_size(unsorted) - 1);
  EXPECT_NE(verified(made.id, true).fault->what.find(" bytes"), std::string::npos);
  fs::remove(unsorted);
  EXPECT_NE(verified(made.id, true).fault->what.find("is missing"), std::string::npos);
}

TEST_F(BackupTest, ALogThatLostSomethingIsNotBackedUp) {
  append(5);
  AckedFile::open(data() + "/log.acked", nullptr, {Position(7), {}}).value();
  const auto made = back_up_folder(data(), options());
  ASSERT_TRUE(made.has_error());
  EXPECT_EQ(made.error().code, ErrorCode::acked_ahead);
  EXPECT_NE(made.error().message.find("events 6 to 7"), std::string::npos);
  fs::remove(data() + "/log.acked");
  EXPECT_EQ(back_up_folder(data(), options()).error().code, ErrorCode::corrupt);
}

TEST_F(BackupTest, AFolderThatAServerHasIsNotReadFromOutside) {
  const auto engine = opened(data());
  EXPECT_EQ(back_up_folder(data(), options()).error().code, ErrorCode::locked);
}

TEST_F(BackupTest, SaysWhatIsNotThere) {
  EXPECT_EQ(back_up_folder(data(), options()).error().code, ErrorCode::not_found);
  EXPECT_EQ(list_backups(repository(), BackupFiles(nullptr, {})).error().code,
            ErrorCode::not_found);
  append(1);
  auto into_itself = options();
  into_itself.repository = data();
  EXPECT_EQ(back_up_folder(data(), into_itself).error().code, ErrorCode::invalid);
  backed_up();
  for (const char* id : {"20200101T000000.000Z-1", "..", "partial"}) {
    EXPECT_EQ(verify_backup({.repository = repository(), .id = id}).error().code,
              ErrorCode::not_found);
  }
}

}  // namespace
}  // namespace syncline
