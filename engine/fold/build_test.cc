#include "engine/fold/build.h"

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "tests/fakes.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

constexpr std::size_t kAtOnce = 16;

// Reads what it wrote for each event, so that a write that is not seen yet shows.
class Counter final : public Projection {
 public:
  explicit Counter(const char* name) : name_(name) {}
  std::string_view name() const override { return name_; }
  std::uint32_t version() const override { return 1; }
  std::optional<Outcome> apply(const Event& event, FoldState& state) const override {
    const auto before = state.get("n");
    if (event.header.position.value % 100 == 0) {
      state.erase("n");  // seen as gone by the next one
    } else {
      state.put("n", before ? *before + "." : ".");
    }
    return std::nullopt;
  }

 private:
  const char* name_;
};

class BuildTest : public ::testing::Test {
 protected:
  void append(int events) {
    auto engine = std::move(Engine::open({.data = folder_ / "data",
                                          .node = *OriginId::from("a"),
                                          .clock = &clock_,
                                          .rng = &rng_},
                                         {})
                                .value());
    std::vector<Draft> drafts;
    for (int i = 0; i < events; ++i) drafts.push_back(test_draft("", "s", "1"));
    ASSERT_TRUE(engine->append(std::move(drafts)).has_value());
  }

  void SetUp() override {
    append(950);
    log_ = std::move(Log::open({.path = folder_ / "data/log", .read_only = true}).value());
    views_ = std::move(ViewStore::open(folder_ / "views", nullptr).value());
    first_ = views_->new_slot();
    second_ = views_->new_slot();
  }

  std::size_t count(Slot slot) { return views_->snapshot(slot)->get("n").value_or("").size(); }

  TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{3};
  std::unique_ptr<Log> log_;
  std::unique_ptr<ViewStore> views_;
  const Counter one_{"one"}, other_{"other"};
  Slot first_ = 0, second_ = 0;
};

TEST_F(BuildTest, AFoldReadsWhatItWroteWhileThatIsBeingWritten) {
  Build build(*log_, *views_, {{&one_, first_}}, kAtOnce);
  ASSERT_TRUE(build.fold_to(Position(950), nullptr).has_value());
  EXPECT_EQ(count(first_), 50u);
  EXPECT_EQ(views_->checkpoint(first_).position, Position(950));
  EXPECT_EQ(views_->checkpoint(first_).hash, log_->head().hash);
}

TEST_F(BuildTest, EachViewGoesOnFromWhereItStands) {
  ASSERT_TRUE(Build(*log_, *views_, {{&one_, first_}}, kAtOnce)
                  .fold_to(Position(130), nullptr)
                  .has_value());
  Build both(*log_, *views_, {{&one_, first_}, {&other_, second_}}, kAtOnce);
  EXPECT_EQ(both.done(), Position(0));
  ASSERT_TRUE(both.fold_to(Position(140), nullptr).has_value());
  EXPECT_EQ(count(first_), 40u);
  EXPECT_EQ(count(second_), 40u);
  EXPECT_EQ(views_->checkpoint(first_).position, Position(140));
  EXPECT_EQ(views_->checkpoint(second_).position, Position(140));
}

TEST_F(BuildTest, ALogThatEndsTooEarlyIsNamed) {
  Build build(*log_, *views_, {{&one_, first_}}, kAtOnce);
  const auto folded = build.fold_to(Position(951), nullptr);
  ASSERT_FALSE(folded.has_value());
  EXPECT_NE(folded.error().message.find("event 9"), std::string::npos) << folded.error().message;
}

}  // namespace
}  // namespace syncline
