#include "engine/opening.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/log/verify.h"
#include "tests/fakes.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

using std::string_literals::operator""s;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace files = std::filesystem;

class Heard final : public Observer {
 public:
  void torn_tail(std::uint64_t bytes) override { torn += bytes; }
  void noticed(const std::string& what) override { notices.push_back(what); }
  std::uint64_t torn = 0;
  std::vector<std::string> notices;
};

class OpeningTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Engine>> open(std::optional<AcceptedLoss> accept_loss = {}) {
    return Engine::open({.data = folder_ / "",
                         .node = *OriginId::from("a"),
                         .clock = &clock_,
                         .rng = &rng_,
                         .observer = &heard_,
                         .accept_loss = std::move(accept_loss)},
                        {});
  }

  static AcceptedLoss ann(std::optional<std::uint64_t> events) { return {events, "ann"}; }

  void append(int events) {
    const auto engine = open().value();
    for (int i = 0; i < events; ++i) append_one(*engine);
  }
  void append_one(Engine& engine) {
    engine.append(one_draft(test_draft(uuid7(clock_.now(), rng_), "s", "1"))).value();
  }

  Error refused(std::optional<AcceptedLoss> accept_loss = {}) {
    auto opened = open(std::move(accept_loss));
    EXPECT_FALSE(opened) << "it was opened";
    return opened ? Error{} : opened.error();
  }

  // The folder as it was when `kept` events were in it, with log.acked of `all`.
  void lose_tail(int kept, int all) {
    append(kept);
    const TempFolder copy;
    copy_log(folder_ / "log", copy / "log");
    append(all - kept);
    copy_log(copy / "log", folder_ / "log");
  }
  static void copy_log(const std::string& from, const std::string& to) {
    files::remove_all(to);
    files::copy(from, to, files::copy_options::recursive);
  }

  void expect_verified() {
    const auto seen = verify_log({.data = folder_ / ""}).value();
    EXPECT_FALSE(seen.fault) << seen.fault->what;
  }

  TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{1};
  Heard heard_;
};

TEST_F(OpeningTest, ALossIsNamedWithItsWaysOut) {
  lose_tail(2, 5);
  const Error error = refused();
  EXPECT_EQ(error.code, ErrorCode::acked_ahead);
  EXPECT_THAT(error.message, HasSubstr("events 3 to 5 were acknowledged"));
  EXPECT_THAT(error.message, HasSubstr("which ends at 2"));
  EXPECT_THAT(error.message, HasSubstr("syncline backup restore"));
  EXPECT_THAT(error.message, HasSubstr("--accept-loss 3 "));
}

TEST_F(OpeningTest, AnotherNumberThanTheLossIsRefused) {
  lose_tail(2, 5);
  for (const auto wrong : {std::optional<std::uint64_t>(2), std::optional<std::uint64_t>(0),
                           std::optional<std::uint64_t>()}) {
    const Error error = refused(ann(wrong));
    EXPECT_EQ(error.code, ErrorCode::acked_ahead);
    EXPECT_THAT(error.message, HasSubstr("--accept-loss 3 "));
  }
  EXPECT_EQ(refused().code, ErrorCode::acked_ahead) << "nothing was changed by it";
}

TEST_F(OpeningTest, AnAcceptedLossIsTheFirstEventOfAnIncarnation) {
  lose_tail(2, 5);
  {
    const auto engine = open(ann(3)).value();
    append_one(*engine);
  }
  {
    const auto engine = open().value();
    ASSERT_EQ(engine->log().head().position, Position(4));
    const std::string frame = engine->log().read(Position(3)).value();
    const Event event = decode_frame(frame);
    EXPECT_EQ(event.header.name.text(), "a.2.3");
    EXPECT_EQ(event.body.type, EventType::log_loss_accepted);
    const auto& why = std::get<IncarnationBegun>(event.body.payload);
    EXPECT_EQ(why.from, Position(3));
    EXPECT_EQ(why.to, Position(5));
    EXPECT_EQ(why.who, "ann");
    EXPECT_THAT(std::string(why.reason), HasSubstr("events 3 to 5"));
  }
  expect_verified();
}

TEST_F(OpeningTest, NothingIsAcceptedWhereNothingIsLost) {
  EXPECT_EQ(refused(ann(0)).code, ErrorCode::invalid);
  append(2);
  for (const auto events : {std::optional<std::uint64_t>(0), std::optional<std::uint64_t>()}) {
    const Error error = refused(ann(events));
    EXPECT_EQ(error.code, ErrorCode::invalid);
    EXPECT_THAT(error.message, HasSubstr("no loss to accept"));
  }
  EXPECT_TRUE(open());
}

TEST_F(OpeningTest, AMissingLogAckedIsAcceptedAsUnknown) {
  append(2);
  files::remove(folder_ / "log.acked");
  EXPECT_THAT(refused().message, HasSubstr("--accept-loss unknown "));
  EXPECT_EQ(refused(ann(0)).code, ErrorCode::corrupt);
  const auto engine = open(ann({})).value();
  const std::string frame = engine->log().read(Position(3)).value();
  const Event event = decode_frame(frame);
  const auto& why = std::get<IncarnationBegun>(event.body.payload);
  EXPECT_EQ(why.from, Position(3));
  EXPECT_EQ(why.to, std::nullopt);
  EXPECT_THAT(std::string(why.reason), HasSubstr("is missing"));
}

TEST_F(OpeningTest, ADamagedLogAckedIsAcceptedAsUnknown) {
  append(2);
  std::ofstream(folder_ / "log.acked", std::ios::binary) << std::string(128, 'x');
  EXPECT_EQ(refused().code, ErrorCode::corrupt);
  EXPECT_THAT(refused().message, HasSubstr("--accept-loss unknown "));
  open(ann({})).value();
  EXPECT_TRUE(open()) << "log.acked says something again";
  expect_verified();
}

TEST_F(OpeningTest, AnEmptyLogWithADamagedLogAckedIsNotNew) {
  open().value();
  std::ofstream(folder_ / "log.acked", std::ios::binary) << std::string(128, 'x');
  EXPECT_EQ(refused().code, ErrorCode::corrupt);
}

TEST_F(OpeningTest, AnotherEventThanTheAcknowledgedOneIsALossOfUnknownSize) {
  append(3);
  const TempFolder other;
  files::copy(folder_ / "log.acked", other / "log.acked");
  files::remove_all(folder_ / "log");
  files::remove(folder_ / "log.acked");
  append(4);
  files::copy(other / "log.acked", folder_ / "log.acked", files::copy_options::overwrite_existing);
  EXPECT_THAT(refused().message, HasSubstr("event 3 in "));
  EXPECT_THAT(refused().message, HasSubstr("--accept-loss unknown "));
  EXPECT_TRUE(open(ann({})));
  expect_verified();
}

TEST_F(OpeningTest, ALogThatIsGoneIsNotGoneOnFrom) {
  append(3);
  files::remove_all(folder_ / "log");
  EXPECT_THAT(refused().message, HasSubstr("events 1 to 3 were acknowledged"));
  EXPECT_THAT(refused().message, ::testing::Not(HasSubstr("--accept-loss")));
  EXPECT_EQ(refused(ann(3)).code, ErrorCode::acked_ahead);
  EXPECT_FALSE(files::exists(folder_ / "log"));
}

TEST_F(OpeningTest, NoLogIsMadeToAcceptALoss) {
  EXPECT_EQ(refused(ann(3)).code, ErrorCode::invalid);
  EXPECT_FALSE(files::exists(folder_ / "log"));
}

TEST_F(OpeningTest, ADamagedSlotIsSaid) {
  append(2);
  std::fstream file(folder_ / "log.acked", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(10);
  file.put('\x5A');
  file.close();
  heard_.notices.clear();
  EXPECT_TRUE(open());
  ASSERT_EQ(heard_.notices.size(), 1u);
  EXPECT_THAT(heard_.notices.front(), HasSubstr("one of its two slots"));
  heard_.notices.clear();
  EXPECT_TRUE(open());
  EXPECT_TRUE(open());
  EXPECT_THAT(heard_.notices, IsEmpty()) << "both are written anew";
}

// --- the write-ahead log is not whole

class WalOpeningTest : public OpeningTest {
 protected:
  // The file of the write-ahead log that has the last records.
  std::string wal() const {
    std::string newest;
    for (const auto& file : files::directory_iterator(folder_ / "log")) {
      const std::string path = file.path();
      if (path.ends_with(".log") && files::file_size(path) > 0) newest = std::max(newest, path);
    }
    return newest;
  }
  static std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void write(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
  }
  // Where the n-th event's frame lies in the bytes, from 0.
  static std::size_t frame_at(const std::string& bytes, std::uint64_t position) {
    std::string key(8, '\0');
    key[7] = static_cast<char>(position);
    const std::size_t at = bytes.find(std::string("\x01\x08", 2) + key);
    EXPECT_NE(at, std::string::npos);
    return at;
  }
  void flip(std::uint64_t position) {
    std::string bytes = bytes_of(wal());
    bytes[frame_at(bytes, position) + 100] ^= 1;
    write(wal(), bytes);
  }
};

TEST_F(WalOpeningTest, DamageIsNamedWithFileAndByteAndWhatIsMissing) {
  append(5);
  flip(3);
  const std::string before = bytes_of(wal());
  const Error error = refused();
  EXPECT_EQ(error.code, ErrorCode::corrupt);
  EXPECT_THAT(error.message,
              ::testing::ContainsRegex(
                  "/log/0000[0-9]+.log has a record that is not what was written at byte"));
  EXPECT_THAT(error.message, HasSubstr("events 3 to 5 were acknowledged"));
  EXPECT_THAT(error.message, HasSubstr("--accept-loss 3 "));
  EXPECT_EQ(refused(ann(2)).code, ErrorCode::corrupt);
  EXPECT_EQ(bytes_of(wal()), before) << "a refusal changes nothing";
}

TEST_F(WalOpeningTest, ARefusalLeavesTheWayBack) {
  append(5);
  const std::string path = wal(), whole = bytes_of(path);
  for (const std::size_t size : {std::size_t{0}, frame_at(whole, 4) - 7 - 12}) {
    write(path, whole.substr(0, size));
    EXPECT_THAT(refused().message, HasSubstr("were acknowledged"));
    write(path, whole);
  }
  files::rename(path, folder_ / "kept");
  EXPECT_THAT(refused().message, HasSubstr("events 1 to 5 were acknowledged"));
  files::rename(folder_ / "kept", path);
  EXPECT_EQ(open().value()->log().head().position, Position(5));
  expect_verified();
}

// What it does not name any more RocksDB would make anew, and pass over what the WAL has of it.
TEST_F(WalOpeningTest, AManifestThatLostItsEndIsRefusedOrHarmless) {
  append(3);
  const std::string identity = open().value()->log().identity();
  append(2);
  const TempFolder whole;
  copy_log(folder_ / "", whole / "data");
  std::string manifest;
  for (const auto& file : files::directory_iterator(folder_ / "log")) {
    const std::string name = file.path().filename();
    if (name.starts_with("MANIFEST")) manifest = "/log/" + name;
  }
  const auto size = files::file_size(whole / "data" + manifest);
  int refusals = 0;
  for (std::size_t cut = 1; cut <= size; cut += cut < 20 ? 1 : 41) {
    copy_log(whole / "data", folder_ / "");
    files::resize_file(folder_ / manifest, size - cut);
    const auto engine = open();
    if (!engine) {
      EXPECT_THAT(engine.error().message, HasSubstr("restore the folder")) << cut;
      ++refusals;
      continue;
    }
    EXPECT_EQ((*engine)->log().head().position, Position(5)) << cut;
    EXPECT_EQ((*engine)->log().identity(), identity) << cut;
    expect_verified();
  }
  EXPECT_GT(refusals, 0);
}

TEST_F(WalOpeningTest, DamageThatWasAcceptedIsCutOff) {
  append(5);
  flip(3);
  {
    const auto engine = open(ann(3)).value();
    EXPECT_EQ(engine->log().head().position, Position(3)) << "two, and the one that says why";
    append_one(*engine);
  }
  EXPECT_TRUE(open());
  expect_verified();
}

TEST_F(WalOpeningTest, ADamagedLastRecordThatWasAcknowledgedIsRefusedAndKept) {
  append(3);
  flip(3);
  const std::string before = bytes_of(wal());
  for (int starts = 0; starts < 2; ++starts) {
    const Error error = refused();
    EXPECT_EQ(error.code, ErrorCode::acked_ahead);
    EXPECT_THAT(error.message, HasSubstr("event 3 was"));
    EXPECT_THAT(error.message, HasSubstr("--accept-loss 1 "));
  }
  EXPECT_EQ(bytes_of(wal()), before) << "whoever can repair it finds it";
  EXPECT_TRUE(open(ann(1)));
  expect_verified();
}

TEST_F(WalOpeningTest, ATailThatWasNeverWholeIsDroppedAndCounted) {
  for (const std::string& torn : {std::string(3, 'x'), std::string(300, 'x'),
                                  "\x12\x34\x56\x78\x10\x00\x01 whole, and no checksum is"s,
                                  "\x12\x34\x56\x78\x00\x10\x01 not to its end"s}) {
    for (const std::size_t room : {0, 100'000}) {
      append(1);
      const auto head = verify_log({.data = folder_ / ""}).value().head;
      write(wal(), bytes_of(wal()) + torn + std::string(room, '\0'));
      heard_.torn = 0;
      const auto engine = open().value();
      EXPECT_EQ(engine->log().head().hash, head.hash);
      EXPECT_EQ(heard_.torn, torn.size());
    }
  }
  heard_.torn = 0;
  EXPECT_TRUE(open());
  EXPECT_EQ(heard_.torn, 0u);
  expect_verified();
}

TEST_F(WalOpeningTest, RoomBehindTheLastRecordIsNoFault) {
  append(3);
  for (const std::size_t room : {1, 7, 40'000, 3'000'000}) {
    const auto head = verify_log({.data = folder_ / ""}).value().head;
    write(wal(), bytes_of(wal()) + std::string(room, '\0'));
    const auto engine = open().value();
    EXPECT_EQ(engine->log().head().hash, head.hash);
    append_one(*engine);
  }
  EXPECT_EQ(heard_.torn, 0u);
  expect_verified();
}

TEST_F(WalOpeningTest, AnAcknowledgedRecordThatWasZeroedIsRefused) {
  append(3);
  std::string bytes = bytes_of(wal());
  const std::size_t at = frame_at(bytes, 3) - 7 - 12;  // a piece's header, a batch's
  write(wal(), bytes.replace(at, bytes.size() - at, bytes.size() - at, '\0'));
  EXPECT_THAT(refused().message, HasSubstr("event 3 was acknowledged and is not in"));
}

TEST_F(WalOpeningTest, ATornTailThatWasAcknowledgedIsRefusedAndKept) {
  append(3);
  const std::string bytes = bytes_of(wal());
  write(wal(), bytes.substr(0, bytes.size() - 10));
  EXPECT_THAT(refused().message, HasSubstr("--accept-loss 1 "));
  EXPECT_EQ(bytes_of(wal()).size(), bytes.size() - 10);
  write(wal(), bytes);
  EXPECT_TRUE(open()) << "repaired by hand";
}

}  // namespace
}  // namespace syncline
