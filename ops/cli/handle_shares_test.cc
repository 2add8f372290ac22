#include "ops/cli/handle_shares.h"

#include <gtest/gtest.h>

#include "engine/limits.h"

namespace syncline {
namespace {

TEST(HandleShares, TooFewAreSaidToBe) {
  EXPECT_FALSE(share_handles(79));
  EXPECT_TRUE(share_handles(80));
}

TEST(HandleShares, TogetherTheyFitWithRoomForWhatTheEngineHasOpenBesides) {
  for (std::size_t limit = kHandlesMin; limit < 2'000'000; limit += 1 + limit / 7) {
    const HandleShares shares = share_handles(limit).value();
    EXPECT_GE(shares.connections, 3u) << limit;
    EXPECT_GE(shares.view_files, 10) << limit;
    EXPECT_GE(shares.log_files, shares.view_files) << limit;
    EXPECT_GE(shares.past_files, 10) << limit;
    const auto files =
        static_cast<std::size_t>(shares.log_files + shares.view_files + shares.past_files);
    const std::size_t turned_away = std::min(shares.connections, limits::kTurnedAway);
    EXPECT_LE(shares.connections + turned_away + files + 42, limit);
  }
  EXPECT_GT(share_handles(1024)->connections, 700u);
  EXPECT_GT(share_handles(65'536)->connections, 60'000u);
}

}  // namespace
}  // namespace syncline
