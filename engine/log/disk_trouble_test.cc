#include "engine/log/disk_trouble.h"

#include <future>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/log/layout.h"
#include "tests/failing_disk.h"
#include "tests/fakes.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

using Touch = FailingDisk::Touch;

class Told final : public Observer {
 public:
  void log_closed(const Error& why) override {
    ++closings;
    first_.set_value(why);
  }
  void read_failed(const Error& why) override {
    ++failed_reads;
    EXPECT_NE(why.message.find(".sst"), std::string::npos) << why.message;
  }
  // Waits for it.
  Error why() { return first_.get_future().get(); }
  std::atomic<int> closings = 0;
  std::atomic<int> failed_reads = 0;

 private:
  std::promise<Error> first_;
};

// More than a block of a file: what stands behind it is read by itself.
const std::string kBlock(8192, '1');

// The smallest view that reads.
class Counting final : public Projection {
 public:
  std::string_view name() const override { return "counting"; }
  std::uint32_t version() const override { return 1; }
  std::optional<Outcome> apply(const Event& event, FoldState& state) const override {
    if (!state.get("last")) state.put("block", kBlock);
    state.put("last", event.header.name.text());
    return Outcome{};
  }
};

struct OnFailingDisk {
  TempFolder folder;
  FakeClock clock;
  SeededRng rng{1};
  FailingDisk disk;
  Told told;
  std::unique_ptr<Engine> engine;

  explicit OnFailingDisk(bool sync = true) { open(sync); }
  void open(bool sync = true) {
    engine.reset();
    std::vector<std::unique_ptr<Projection>> projections;
    projections.push_back(std::make_unique<Counting>());
    engine = Engine::open({.data = folder / "",
                           .node = *OriginId::from("a"),
                           .clock = &clock,
                           .rng = &rng,
                           .observer = &told,
                           .env = &disk,
                           .sync = sync},
                          std::move(projections))
                 .value();
  }
  Result<std::vector<Receipt>> append(std::string_view id, std::string_view data = "1") {
    return engine->append(one_draft(test_draft(id, "s/1", data)));
  }
  void expect_closed(const char* because) {
    ASSERT_TRUE(engine->log().closed());
    EXPECT_EQ(engine->log().closed()->code, ErrorCode::log_closed);
    EXPECT_NE(engine->log().closed()->message.find(because), std::string::npos)
        << engine->log().closed()->message;
    disk.fail(nullptr);  // it is not opened again by a disk that works again
    const Position head = engine->log().head().position;
    EXPECT_EQ(append("later").error().code, ErrorCode::log_closed);
    EXPECT_EQ(engine->log().head().position, head);
    EXPECT_EQ(told.closings, 1);
  }
};

FailingDisk::Fails when(Touch touch, std::string_view in, std::string_view suffix) {
  return [=](Touch t, std::string_view path) {
    return t == touch && path.find(in) != path.npos && path.ends_with(suffix);
  };
}

TEST(DiskTrouble, AFailedSyncOfTheLogClosesIt) {
  OnFailingDisk on;
  on.append("first").value();
  on.disk.fail(when(Touch::sync, "/log/", ".log"));
  const Error error = on.append("second").error();
  EXPECT_EQ(error.code, ErrorCode::log_closed);
  EXPECT_NE(error.message.find("which will show whether this was written"), std::string::npos);
  on.expect_closed("/log failed");
  EXPECT_TRUE(on.engine->log().read(Position(1))) << "reading goes on";
  EXPECT_EQ(on.engine->view("counting")->get("last"), "a.1.1");
}

TEST(DiskTrouble, AFailedWriteOfTheLogClosesIt) {
  OnFailingDisk on;
  on.append("first").value();
  on.disk.fail(when(Touch::write, "/log/", ".log"));
  EXPECT_EQ(on.append("second").error().code, ErrorCode::log_closed);
  on.expect_closed("writing to");
}

TEST(DiskTrouble, AFailedFlushOfTheLogClosesItBeforeTheNextAppend) {
  OnFailingDisk on(/*sync=*/false);
  on.disk.fail(when(Touch::sync, "/log/", ".sst"));
  const std::string large(1 << 20, 'x');
  for (int i = 0; i < 200 && !on.engine->log().closed(); ++i) (void)on.append("", large);
  EXPECT_NE(on.told.why().message.find("flushing"), std::string::npos);
  on.expect_closed("flushing");
}

TEST(DiskTrouble, AFailedSyncOfWhatWasAcknowledgedClosesTheLog) {
  OnFailingDisk on;
  on.disk.fail(when(Touch::sync, "", "log.acked"));
  on.append("first").value();
  EXPECT_NE(on.told.why().message.find("log.acked"), std::string::npos);
  on.expect_closed("syncing");
}

TEST(DiskTrouble, WhatCannotBeNotedAsAcknowledgedIsNot) {
  OnFailingDisk on;
  on.append("first").value();
  on.disk.fail(when(Touch::write, "", "log.acked"));
  const Error error = on.append("second").error();
  EXPECT_NE(error.message.find("in the log already"), std::string::npos) << error.message;
  on.expect_closed("log.acked");
  EXPECT_TRUE(on.engine->log().read(Position(2))) << "as the answer said";
  EXPECT_EQ(on.engine->applied(), Position(1));
}

TEST(DiskTrouble, AFailedFlushOfTheViewsClosesTheLogAndLosesNothing) {
  OnFailingDisk on;
  on.append("first").value();
  on.disk.fail(when(Touch::write, "/views/", ".sst"));
  on.engine->stop();
  ASSERT_TRUE(on.engine->log().closed()) << "or the process would end as if all were well";
  EXPECT_NE(on.told.why().message.find("/views"), std::string::npos);
  EXPECT_TRUE(on.engine->log().read(Position(1)));
}

// Nothing of it is in memory any more.
struct Reopened : OnFailingDisk {
  Reopened() {
    append("first", kBlock).value();
    append("second", kBlock).value();
    append("last").value();
    open();
    disk.fail(when(Touch::read, "/", ".sst"));
  }
};

TEST(DiskTrouble, AnEventThatCannotBeReadIsNamedWithItsFile) {
  OnFailingDisk on(/*sync=*/false);
  // More than what is read of a file when it is opened.
  for (int i = 0; i < 100; ++i) {
    std::string data;
    while (data.size() < 16'000) data += uuid7(on.clock.now(), on.rng);
    on.append("", data).value();
  }
  on.open();
  on.disk.fail(when(Touch::read, "/", ".sst"));
  const Error error = on.engine->log().read(Position(2)).error();
  EXPECT_EQ(error.code, ErrorCode::io);
  EXPECT_EQ(error.event, Position(2));
  EXPECT_NE(error.message.find("event 2 of"), std::string::npos) << error.message;
  const auto scanned = on.engine->log().scan(Position(2), Position(2),
                                             [](Position, std::string_view) { return true; });
  EXPECT_EQ(scanned.error().event, Position(2));
  EXPECT_EQ(on.told.failed_reads, 2);
  EXPECT_FALSE(on.engine->log().closed()) << "the server goes on";
}

// Its events in a table below those of the lives before it, and none on level 0.
void settle(const std::string& log) {
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  ASSERT_TRUE(rocksdb::DB::Open(db_options(), log, family_descriptors(), &handles, &db).ok());
  const std::unique_ptr<rocksdb::DB> owned(db);
  EXPECT_TRUE(db->CompactRange({}, handles[kEvents], nullptr, nullptr).ok());
  for (auto* handle : handles) EXPECT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
}

// RocksDB steps over a table that it opens on the way and cannot, as if nothing were in it.
TEST(DiskTrouble, AScanDoesNotStepOverATableThatCannotBeRead) {
  constexpr int kTables = 6, kOfATable = 10;
  OnFailingDisk on;
  for (int table = 0; table < kTables; ++table) {
    if (table > 0) on.open();
    for (int i = 0; i < kOfATable; ++i) on.append("", kBlock).value();
    on.engine.reset();
    settle(on.folder / "log");
  }
  // As few as RocksDB allows: not every table is open from the start.
  const auto log =
      Log::open({.path = on.folder / "log", .env = &on.disk, .open_files = 20}).value();
  const auto scanned = [&](Position to) {
    std::uint64_t events = 0;
    const auto end =
        log->scan(Position(1), to, [&](Position, std::string_view) { return ++events; });
    return std::pair(events, end);
  };
  // One event is read ahead: the first table is in the cache now, and the second not even open.
  EXPECT_EQ(scanned(Position(kOfATable - 1)).first, kOfATable - 1);
  on.disk.fail(when(Touch::read, "/", ".sst"));
  for (const Position to : {Position(kOfATable + 1), Position(kTables * kOfATable)}) {
    const auto [events, end] = scanned(to);
    EXPECT_EQ(events, kOfATable);
    ASSERT_TRUE(end.has_error());
    EXPECT_EQ(end.error().event, Position(kOfATable + 1)) << end.error().message;
  }
}

TEST(DiskTrouble, AnIdThatCannotBeLookedUpIsNotAppendedAgain) {
  Reopened on;
  EXPECT_EQ(on.append("first", kBlock).error().code, ErrorCode::io);
  EXPECT_EQ(on.engine->log().head().position, Position(3));
  on.disk.fail(nullptr);
  EXPECT_TRUE(on.append("first", kBlock).value().at(0).duplicate);
  EXPECT_EQ(on.engine->log().head().position, Position(3));
}

TEST(DiskTrouble, AVersionThatCannotBeReadIsNotTakenForNone) {
  Reopened on;
  Draft draft = test_draft("", "s/1", "2");
  draft.expected_version = Position(0);
  EXPECT_EQ(on.engine->append(one_draft(std::move(draft))).error().code, ErrorCode::io);
  EXPECT_EQ(on.engine->log().subject_version("s/1").error().code, ErrorCode::io);
}

TEST(DiskTrouble, AViewThatCannotBeReadThrows) {
  Reopened on;
  const auto view = on.engine->view("counting");
  EXPECT_THROW((void)view->get("last"), ErrorThrown);
  EXPECT_THROW(view->scan("", "", [](auto, auto) { return true; }), ErrorThrown);
  on.disk.fail(nullptr);
  EXPECT_EQ(view->get("last"), "a.1.3");
}

TEST(DiskTrouble, AFoldThatCannotReadItsViewClosesTheLogAndSaysWhatIsDurable) {
  Reopened on;
  on.disk.fail(when(Touch::read, "/views/", ".sst"));
  const Error error = on.append("new").error();
  EXPECT_NE(error.message.find("in the log already"), std::string::npos) << error.message;
  on.expect_closed("the views cannot be kept");
  on.open();
  EXPECT_EQ(on.engine->view("counting")->get("last"), "a.1.4") << "the next start folds it";
  EXPECT_TRUE(on.append("new").value().at(0).duplicate);
}

}  // namespace
}  // namespace syncline
