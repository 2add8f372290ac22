// A log made wrong on purpose, in each way that `log verify` looks for: it is found, and named at
// its position. The damage is written through RocksDB, as no program of ours would.
#include <filesystem>
#include <fstream>
#include <functional>

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include "engine/log/acked_file.h"
#include "tests/verify_fixture.h"

namespace syncline {
namespace {

TEST_F(Verify, AHealthyLogIsWell) {
  const Verification seen = verified();
  EXPECT_FALSE(seen.fault) << seen.fault->what;
  EXPECT_EQ(seen.events, kEvents);
  EXPECT_EQ(seen.head.position, Position(kEvents));
  EXPECT_EQ(seen.head.hash, opened()->log().head().hash);
}

TEST_F(Verify, BesideAWriterToo) {
  auto engine = opened();
  const std::string id = uuid7(clock_.now(), rng_);
  Draft made = test_draft(id, "s/1", "{}");
  made.content_hash.reset();  // an id that the product makes has no entry
  engine->append(one_draft(std::move(made))).value();
  const Verification made_id = verified();
  EXPECT_FALSE(made_id.fault) << made_id.fault->what;
  EXPECT_EQ(made_id.events, kEvents + 1);
  // Sent again, as a producer would that read it here: now the id is a producer's.
  engine->append(one_draft(test_draft(id, "s/1", "{}"))).value();
  const Verification given_id = verified();
  EXPECT_FALSE(given_id.fault) << given_id.fault->what;
}

TEST_F(Verify, AnEmptyLogIsWellAndNoneIsAnError) {
  TempFolder empty;
  Engine::open({.data = empty / "", .node = *OriginId::from("a"), .clock = &clock_, .rng = &rng_},
               {})
      .value();
  const auto seen = verify_log({.data = empty / ""});
  ASSERT_TRUE(seen.has_value());
  EXPECT_FALSE(seen->fault) << seen->fault->what;
  EXPECT_EQ(seen->events, 0u);
  EXPECT_EQ(verify_log({.data = empty / "none"}).error().code, ErrorCode::not_found);
}

TEST_F(Verify, AByteThatChangedIsFound) {
  damage("log", "events", [](Opened& events) {
    std::string frame = events.get(key(7));
    frame[frame_layout::kHlc] ^= 1;
    events.put(key(7), frame);
  });
  expect_fault(7, "checksum");
}

TEST_F(Verify, AFrameOfAnotherSizeIsFound) {
  damage("log", "events", [](Opened& events) { events.put(key(10), events.get(key(10)) + "x"); });
  expect_fault(10, "not as long");
  damage("log", "events", [](Opened& events) { events.put(key(9), "short"); });
  expect_fault(9, "not as long");
}

// What a person does who knows of the checksum: byte by byte, a place and the words for it.
TEST_F(Verify, AnAlteredFrameWithARightChecksumIsFound) {
  const auto alter = [&](std::uint64_t position, std::size_t at) {
    damage("log", "events", [&](Opened& events) {
      std::string frame = events.get(key(position));
      frame[at == 0 ? frame.size() - 3 : at] ^= 1;
      const std::uint32_t crc = crc32c(std::string_view(frame).substr(4));
      std::memcpy(frame.data(), &crc, sizeof crc);
      events.put(key(position), frame);
    });
  };
  alter(9, 0);
  expect_fault(9, "body");
  alter(8, frame_layout::kBody);
  expect_fault(8, "no FlatBuffers body");
  alter(6, frame_layout::kMergeStamp);
  expect_fault(6, "its header does not have the hash");
  alter(5, frame_layout::kHash);
  expect_fault(5, "its header does not have the hash");
  alter(4, frame_layout::kPosition);
  expect_fault(4, "says that it is event 5");
}

TEST_F(Verify, ABodyWithAnothersHeaderIsFound) {
  damage("log", "events", [](Opened& events) {
    const std::string frame = events.get(key(5)), other = events.get(key(6));
    RecordHeader header = *decode_header(frame);
    std::string made;
    append_frame(header, frame_body(other), made);
    events.put(key(5), made);
  });
  expect_fault(5, "its body is not the one");
}

TEST_F(Verify, AChangedEventWithAHashThatFitsBreaksTheChain) {
  change(4, [](RecordHeader& header) { header.merge_stamp += std::chrono::seconds(1); });
  expect_fault(5, "does not follow event 4 in the hash chain");
}

TEST_F(Verify, WhatMayNotGoBackIsHeld) {
  change(9, [](RecordHeader& header) { header.received_time -= std::chrono::hours(1); });
  expect_fault(9, "was received before event 8");
  change(8, [](RecordHeader& header) { header.hlc = Hlc(header.hlc.value - (1ull << 40)); });
  expect_fault(8, "logical clock");
  change(7, [](RecordHeader& header) { header.append_time -= std::chrono::hours(1); });
  expect_fault(7, "append time");
  change(6, [](RecordHeader& header) { header.name.incarnation = 0; });
  expect_fault(6, "incarnation 0 behind event 5 of 1");
  change(5, [](RecordHeader& header) { header.name.sequence = Sequence(6); });
  expect_fault(5, "is called a.1.6 where event 4 before it is called a.1.4");
  change(1, [](RecordHeader& header) { header.previous_hash[3] = 1; });
  expect_fault(1, "first of its origin");
}

TEST_F(Verify, SwappedEventsAreFound) {
  damage("log", "events", [](Opened& events) {
    const std::string third = events.get(key(3)), fourth = events.get(key(4));
    events.put(key(3), fourth);
    events.put(key(4), third);
  });
  expect_fault(3, "says that it is event 4");
}

TEST_F(Verify, AMissingEventIsFound) {
  damage("log", "events", [](Opened& events) { events.remove(key(6)); });
  expect_fault(6, "is missing");
  damage("log", "events", [](Opened& events) { events.remove(key(1)); });
  expect_fault(1, "is missing");
}

TEST_F(Verify, AMissingEndIsFoundByWhatWasAcknowledged) {
  damage("log", "events", [](Opened& events) { events.remove(key(10)); });
  damage("log", "ids", [](Opened& ids) { ids.remove(id_key("i10")); });
  damage("log", "subjects", [](Opened& subjects) { subjects.put("s/1", key(7)); });
  expect_fault(10, "log.acked says that the log holds event 10, and it ends at 9");
}

TEST_F(Verify, AnIdWithoutItsEntryIsFound) {
  damage("log", "ids", [](Opened& ids) { ids.remove(id_key("i4")); });
  expect_fault(4, "has no entry in the index of ids (id i4 of source test)");
}

TEST_F(Verify, AnEntryOfAnIdThatPointsElsewhereIsFound) {
  damage("log", "ids", [](Opened& ids) { ids.put(id_key("i4"), id_entry(5)); });
  expect_fault(4, "id i4 of source test is event 5 there");
  damage("log", "ids", [](Opened& ids) { ids.put(id_key("i3"), "short"); });
  expect_fault(3, "5 bytes");
}

TEST_F(Verify, AnEntryOfAnIdThatNoEventHasIsFound) {
  damage("log", "ids", [](Opened& ids) { ids.put(id_key("stranger"), id_entry(8)); });
  expect_fault(8, "id stranger of source test is event 8, which is another one");
  damage("log", "ids", [](Opened& ids) { ids.remove(id_key("stranger")); });
  damage("log", "ids", [](Opened& ids) { ids.put(id_key("nowhere"), id_entry(99)); });
  expect_fault(99, "id nowhere of source test is event 99, which is not there");
}

TEST_F(Verify, ASubjectsEntryHasToBeItsLastEvent) {
  damage("log", "subjects", [](Opened& subjects) { subjects.put("s/1", key(7)); });
  expect_fault(10, "subject s/1 is event 7 there");
  damage("log", "subjects", [](Opened& subjects) { subjects.put("s/1", key(10)); });
  EXPECT_FALSE(verified().fault);
  damage("log", "subjects", [](Opened& subjects) { subjects.put("s/2", key(9)); });
  expect_fault(9, "subject s/2 is event 9, which is another one");
  damage("log", "subjects", [](Opened& subjects) { subjects.put("s/2", key(11)); });
  expect_fault(11, "subject s/2 is event 11, which is not there");
  damage("log", "subjects", [](Opened& subjects) { subjects.remove("s/2"); });
  expect_fault(2, "has no entry in the index of subjects (subject s/2)");
}

TEST_F(Verify, ASubjectNothingHappenedToIsFound) {
  damage("log", "subjects", [](Opened& subjects) { subjects.put("ghost/1", key(6)); });
  expect_fault(6, "subject ghost/1 is event 6, which is another one");
}

TEST_F(Verify, ACheckpointHasToBeAnEventOfTheLog) {
  std::string checkpoint;
  const auto at = std::string(4, '\0') + "c" + key(1);
  damage("views", "default", [&](Opened& views) {
    checkpoint = views.get(at);
    views.put(at, key(11) + checkpoint.substr(8));
  });
  expect_fault(11, "the checkpoint of view seen says that the log holds event 11");
  damage("views", "default", [&](Opened& views) { views.put(at, key(9) + checkpoint.substr(8)); });
  expect_fault(9, "the checkpoint of view seen names another event 9");
  EXPECT_NE(verified().fault->remedy.find("delete the views"), std::string::npos);
  damage("views", "default", [&](Opened& views) { views.put(at, "short"); });
  expect_fault(0, "the checkpoint of view seen");
}

TEST_F(Verify, TheLogIsHeldAgainstLogAcked) {
  const std::string path = folder_ / "log.acked";
  Head head = AckedFile::read(path, nullptr).value().value();
  std::filesystem::remove(path);
  expect_fault(0, "log.acked is missing");
  head.hash[0] ^= 1;
  AckedFile::open(path, nullptr, head).value();
  expect_fault(10, "log.acked names another event 10");
  std::filesystem::resize_file(path, 0);
  expect_fault(0, "both of its slots are unreadable");
}

TEST_F(Verify, AHalfOfLogAckedThatIsDamagedIsFound) {
  const std::string path = folder_ / "log.acked";
  for (const std::streamoff at : {20, 64 + 20}) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const char whole = static_cast<char>(file.get());
    file.seekp(at);
    file.put(static_cast<char>(whole ^ 1)).flush();
    expect_fault(0, "damaged in one of its two slots");
    file.seekp(at);
    file.put(whole).flush();
    EXPECT_EQ(verified().fault, std::nullopt);
  }
}

// The log's own faults come before those beside it, and of them the first.
TEST_F(Verify, TheFirstBadPositionIsNamed) {
  std::filesystem::remove(folder_ / "log.acked");
  change(10, [](RecordHeader& header) { header.hlc = Hlc(1); });
  damage("log", "ids", [](Opened& ids) { ids.remove(id_key("i8")); });
  expect_fault(8, "no entry");
  damage("log", "subjects", [](Opened& subjects) { subjects.remove("s/0"); });
  expect_fault(3, "no entry");
}

TEST_F(Verify, AFileThatIsGoneIsFound) {
  std::filesystem::remove(folder_ / "log/CURRENT");
  expect_fault(0, "cannot be opened");
}

}  // namespace
}  // namespace syncline
