#include "engine/fold/overlay_state.h"

#include <map>

#include <gtest/gtest.h>

namespace syncline {
namespace {

class CountedBase final : public ReadState {
 public:
  std::optional<std::string> get(std::string_view key) const override {
    ++asked[std::string(key)];
    if (key == "there") return "1";
    return std::nullopt;
  }
  void scan(std::string_view, std::string_view,
            const std::function<bool(std::string_view, std::string_view)>&) const override {}

  mutable std::map<std::string, int> asked;
};

TEST(OverlayState, ReadsWhatItWroteThenWhatIsOnItsWayThenTheBase) {
  const CountedBase base;
  OverlayState between(base);
  between.put("there", "2");
  between.put("between", "2");
  OverlayState state(base, &between);
  EXPECT_EQ(state.get("there"), "2");
  state.put("there", "3");
  state.erase("between");
  EXPECT_EQ(state.get("there"), "3");
  EXPECT_EQ(state.get("between"), std::nullopt);
  EXPECT_TRUE(base.asked.empty());
}

TEST(OverlayState, AsksTheBaseOnceForAKey) {
  const CountedBase base;
  OverlayState state(base);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(state.get("there"), "1");
    EXPECT_EQ(state.get("absent"), std::nullopt);
  }
  EXPECT_EQ(base.asked, (std::map<std::string, int>{{"absent", 1}, {"there", 1}}));
  EXPECT_TRUE(state.writes().empty());
  state.put("absent", "4");
  EXPECT_EQ(state.get("absent"), "4");
  EXPECT_EQ(state.writes().size(), 1u);
}

}  // namespace
}  // namespace syncline
