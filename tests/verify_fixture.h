// A log of ten events, for the tests that make it wrong on purpose. The damage is written through
// RocksDB, as no program of ours would.
#pragma once

#include <functional>

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include "engine/engine.h"
#include "engine/log/rocks.h"
#include "engine/log/verify.h"
#include "tests/fakes.h"
#include "tests/temp_folder.h"

namespace syncline {

inline constexpr std::uint64_t kEvents = 10;

class Seen final : public Projection {
 public:
  std::string_view name() const override { return "seen"; }
  std::uint32_t version() const override { return 1; }
  std::optional<Outcome> apply(const Event& event, FoldState& state) const override {
    state.put(event.body.subject, event.body.id);
    return std::nullopt;
  }
};

inline std::string key(std::uint64_t position) { return std::string(view(big_endian(position))); }

inline std::string id_key(std::string_view id) {
  std::string key("test");
  key.push_back('\0');
  return key.append(id);
}

inline std::string id_entry(std::uint64_t position) { return key(position) + std::string(32, 'h'); }

// A folder of kEvents events, i1 to i10, of the subjects s/0 to s/2 in turn.
class Verify : public testing::Test {
 protected:
  Verify() { append(1, kEvents); }

  void append(std::uint64_t first, std::uint64_t last) {
    auto engine = opened();
    for (std::uint64_t i = first; i <= last; ++i) {
      clock_.advance(std::chrono::seconds(1));
      const std::string subject = "s/" + std::to_string(i % 3);
      engine->append(one_draft(test_draft("i" + std::to_string(i), subject, "{}"))).value();
    }
  }

  std::unique_ptr<Engine> opened() {
    std::vector<std::unique_ptr<Projection>> projections;
    projections.push_back(std::make_unique<Seen>());
    return Engine::open(
               {.data = folder_ / "", .node = *OriginId::from("a"), .clock = &clock_, .rng = &rng_},
               std::move(projections))
        .value();
  }

  // One family of <data>/<database>, for writing.
  struct Opened {
    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::ColumnFamilyHandle* family = nullptr;
    ~Opened() {
      for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
    }

    std::string get(const std::string& at) {
      std::string value;
      EXPECT_TRUE(db->Get({}, family, at, &value).ok()) << "there is nothing to damage";
      return value;
    }
    void put(const std::string& at, const std::string& value) {
      EXPECT_TRUE(db->Put({}, family, at, value).ok());
    }
    void remove(const std::string& at) {
      get(at);
      EXPECT_TRUE(db->Delete({}, family, at).ok());
    }
  };

  void damage(const std::string& database, const std::string& family,
              const std::function<void(Opened&)>& how) {
    std::vector<std::string> names;
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, folder_ / database, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    Opened opened;
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open({}, folder_ / database, families, &opened.handles, &raw).ok());
    opened.db.reset(raw);
    for (auto* handle : opened.handles) {
      if (handle->GetName() == family) opened.family = handle;
    }
    ASSERT_NE(opened.family, nullptr);
    how(opened);
  }

  // Changes the header of one event and makes its frame anew, with hash and checksum that fit.
  void change(std::uint64_t position, const std::function<void(RecordHeader&)>& how) {
    damage("log", "events", [&](Opened& events) {
      const std::string frame = events.get(key(position));
      RecordHeader header = *decode_header(frame);
      how(header);
      std::string made;
      append_frame(header, frame_body(frame), made);
      events.put(key(position), made);
    });
  }

  Verification verified(Position from = Position(1), std::optional<Position> to = std::nullopt) {
    auto seen = verify_log({.data = folder_ / "", .from = from, .to = to});
    EXPECT_TRUE(seen.has_value()) << seen.error().message;
    return std::move(*seen);
  }

  void expect_fault(std::uint64_t position, const std::string& words) {
    const Verification seen = verified();
    ASSERT_TRUE(seen.fault) << "nothing was found";
    EXPECT_EQ(seen.fault->position.value, position) << seen.fault->what;
    EXPECT_NE(seen.fault->what.find(words), std::string::npos) << seen.fault->what;
    EXPECT_NE(seen.fault->remedy, "");
  }

  TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{1};
};

}  // namespace syncline
