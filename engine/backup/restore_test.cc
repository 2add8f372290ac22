#include "engine/backup/restore.h"

#include "engine/backup/backup_fixture.h"
#include "engine/log/verify.h"

namespace syncline {
namespace {

namespace fs = std::filesystem;

class RestoreTest : public BackupFixture {
 protected:
  RestoreOptions asked(const std::string& id, std::optional<Position> to = std::nullopt) {
    return {.repository = repository(),
            .id = id,
            .into = into(),
            .to = to,
            .who = "ann",
            .clock = &clock_,
            .rng = &rng_};
  }
  std::string into() const { return folder_ / "into"; }

  Result<std::unique_ptr<Engine>> served(const std::string& data) {
    return Engine::open(
        {.data = data, .node = *OriginId::from("a"), .clock = &clock_, .rng = &rng_}, {});
  }

  // All that a log holds of its events: frames, and what its indexes say.
  static std::vector<std::string> content(const std::string& data) {
    const auto log = Log::open({.path = data + "/log", .read_only = true}).value();
    std::vector<std::string> all{log->identity(), log->node()};
    log->scan(Position(1), log->head().position,
              [&](Position, std::string_view frame) {
                const Event event = decode_frame(frame);
                const auto entry = log->find_id(event.body.source, event.body.id).value();
                all.emplace_back(frame);
                if (entry) all.push_back(hex(entry->content_hash));
                const Position last = log->subject_version(event.body.subject).value();
                all.push_back(std::to_string(last.value));
                return true;
              })
        .value();
    return all;
  }
};

TEST_F(RestoreTest, GivesTheSameLogAndBeginsAnIncarnation) {
  append(20);
  append(0);
  append(3);
  const auto made = backed_up();
  const auto restored = restore_backup(asked(made.id)).value();
  EXPECT_EQ(restored.head.hash, head_of(data()).hash);
  EXPECT_EQ(restored.incarnation, 2u);
  EXPECT_EQ(content(into()), content(data()));
  EXPECT_FALSE(fs::exists(into() + "/restoring"));
  for (const auto& file : fs::recursive_directory_iterator(into())) {
    if (!file.is_regular_file()) continue;
    EXPECT_EQ(file.hard_link_count(), 1u) << file.path();
  }

  const auto engine = served(into()).value();
  append(*engine, 1);
  const std::string first = engine->log().read(Position(24)).value();
  const Event event = decode_frame(first);
  EXPECT_EQ(event.body.type, EventType::log_restored);
  EXPECT_EQ(event.header.name.text(), "a.2.24");
  EXPECT_EQ(std::get<IncarnationBegun>(event.body.payload).who, "ann");
  EXPECT_EQ(std::get<IncarnationBegun>(event.body.payload).from, Position(24));
  EXPECT_EQ(engine->log().head().position, Position(25));
}

TEST_F(RestoreTest, ToAPositionEqualsALogThatStoppedThere) {
  append(11);
  const auto stopped = content(data());
  append(20);
  const auto made = backed_up();
  const auto restored = restore_backup(asked(made.id, Position(11))).value();
  EXPECT_EQ(restored.head.position, Position(11));
  EXPECT_EQ(content(into()), stopped);
  const auto engine = served(into()).value();
  EXPECT_EQ(engine->log().head().position, Position(12));
}

TEST_F(RestoreTest, IsRefusedBehindTheEndOfTheBackup) {
  append(5);
  const auto made = backed_up();
  EXPECT_EQ(restore_backup(asked(made.id, Position(6))).error().code, ErrorCode::not_found);
  EXPECT_FALSE(fs::exists(into()));
}

TEST_F(RestoreTest, GoesOnlyWhereNoLogIs) {
  append(5);
  const auto made = backed_up();
  auto over = asked(made.id);
  over.into = data();
  EXPECT_EQ(restore_backup(over).error().code, ErrorCode::invalid);
  restore_backup(asked(made.id)).value();
  EXPECT_EQ(restore_backup(asked(made.id)).error().code, ErrorCode::invalid);
  EXPECT_EQ(head_of(data()).position, Position(5));
}

// Stopped behind every piece and every event in turn, until one comes through.
class InterruptedRestore : public RestoreTest {
 protected:
  void interrupt(std::optional<Position> to) {
    append(20);
    append(0);
    append(3);
    const auto made = backed_up();
    bool whole = false;
    for (int stop_at = 1; !whole; ++stop_at) {
      int pieces = 0;
      auto stopped = asked(made.id, to);
      stopped.files_progress = [&](const BytesDone&) { return ++pieces < stop_at; };
      stopped.events_progress = [&](Position, Position, std::size_t) { return ++pieces < stop_at; };
      const auto restored = restore_backup(stopped);
      whole = restored.has_value();
      if (whole) break;
      ASSERT_EQ(restored.error().code, ErrorCode::stopping);
      const auto refused = served(into());
      ASSERT_TRUE(refused.has_error());
      EXPECT_NE(refused.error().message.find("half restored"), std::string::npos)
          << refused.error().message;
      EXPECT_FALSE(fs::exists(into() + "/log"));
    }
    EXPECT_TRUE(served(into()).has_value());
  }
};

TEST_F(InterruptedRestore, IsRefusedByAServerAndGoesOn) {
  interrupt(std::nullopt);
  EXPECT_EQ(head_of(into()).position, Position(24));
}

TEST_F(InterruptedRestore, ToAPositionToo) {
  interrupt(Position(11));
  EXPECT_EQ(head_of(into()).position, Position(12));
}

TEST_F(RestoreTest, AnotherOneMayBeBegunInTheSameFolder) {
  append(20);
  const auto one = backed_up();
  append(1);
  const auto two = backed_up();
  auto stopped = asked(one.id);
  stopped.files_progress = [](const BytesDone& bytes) { return bytes.done < bytes.of; };
  ASSERT_TRUE(restore_backup(stopped).has_error());
  EXPECT_EQ(restore_backup(asked(two.id)).value().head.position, Position(21));
  EXPECT_EQ(content(into()), content(data()));
}

TEST_F(RestoreTest, WhatIsWholeButForItsTraceIsDone) {
  append(5);
  const auto made = backed_up();
  restore_backup(asked(made.id)).value();
  fs::create_directory(into() + "/restoring");
  std::ofstream(into() + "/restoring/request")
      << made.manifest.identity << " " << made.id << " 5\n";
  const auto again = restore_backup(asked(made.id)).value();
  EXPECT_EQ(again.incarnation, 2u);
  EXPECT_FALSE(fs::exists(into() + "/restoring"));
}

TEST_F(RestoreTest, ADamagedBackupIsNotRestored) {
  append(20);
  append(0);
  const auto made = backed_up();
  const std::string sorted = first_ending(path(made.id) + "/log", ".sst");
  flip(sorted, static_cast<std::streamoff>(fs::file_size(sorted) / 2));
  const auto restored = restore_backup(asked(made.id));
  ASSERT_TRUE(restored.has_error());
  EXPECT_EQ(restored.error().code, ErrorCode::corrupt);
  EXPECT_NE(restored.error().message.find(".sst"), std::string::npos);
  EXPECT_TRUE(served(into()).has_error());
}

}  // namespace
}  // namespace syncline
