#include "engine/log/disk_trouble.h"

#include <future>

#include <gtest/gtest.h>

#include "engine/engine.h"
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
  // Waits for it.
  Error why() { return first_.get_future().get(); }
  std::atomic<int> closings = 0;

 private:
  std::promise<Error> first_;
};

// A view of nothing, so that there are views at all.
class Counting final : public Projection {
 public:
  std::string_view name() const override { return "counting"; }
  std::uint32_t version() const override { return 1; }
  std::optional<Outcome> apply(const Event& event, FoldState& state) const override {
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

  explicit OnFailingDisk(bool sync = true) {
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

}  // namespace
}  // namespace syncline
