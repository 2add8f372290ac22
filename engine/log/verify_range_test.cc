// `log verify` of a part of the log, and in parts.
#include "tests/verify_fixture.h"

namespace syncline {
namespace {

TEST_F(Verify, ARangeIsLookedAtAlone) {
  change(4, [](RecordHeader& header) { header.hlc = Hlc(1); });
  EXPECT_TRUE(verified(Position(4), Position(5)).fault);
  EXPECT_FALSE(verified(Position(1), Position(3)).fault);
  const Verification rest = verified(Position(6));
  EXPECT_FALSE(rest.fault) << rest.fault->what;
  EXPECT_EQ(rest.events, 5u);
  EXPECT_EQ(verified(Position(11)).events, 0u);
}

TEST_F(Verify, ALogThatEndsBeforeTheRangeIsSaid) {
  const auto beyond = verify_log({.data = folder_ / "", .from = Position(kEvents + 2)});
  ASSERT_TRUE(beyond.has_error());
  EXPECT_EQ(beyond.error().code, ErrorCode::not_found);
  EXPECT_NE(beyond.error().message.find("ends at 10"), std::string::npos);
}

// Ends with `how` when it has seen three events of those that are left.
Result<Verification> three(const std::string& data, Position from, Onward how) {
  std::uint64_t shown = 0;
  return verify_log({.data = data, .from = from, .progress = [&](Position, Position, std::size_t) {
                       return ++shown < 3 ? Onward::go_on : how;
                     }});
}

TEST_F(Verify, ItGoesOnUntilItIsStopped) {
  const auto stopped = three(folder_ / "", Position(1), Onward::abandon);
  EXPECT_EQ(stopped.error().code, ErrorCode::stopping);
}

TEST_F(Verify, WhereItEndedItGoesOnWithTheChain) {
  change(4, [](RecordHeader& header) { header.previous_hash[0] ^= 1; });
  const Verification begun = three(folder_ / "", Position(1), Onward::end_here).value();
  EXPECT_FALSE(begun.fault) << begun.fault->what;
  EXPECT_EQ(begun.events, 3u);
  EXPECT_EQ(begun.to, Position(3));
  ASSERT_EQ(begun.next, Position(4));
  const Verification rest = verified(*begun.next);
  ASSERT_TRUE(rest.fault);
  EXPECT_EQ(rest.fault->position, Position(4));
}

TEST_F(Verify, WhatIsLookedAtInPartsIsLookedAtWhole) {
  // In a part that was ended early, and found from the entry alone.
  damage("log", "ids", [](Opened& ids) { ids.put(id_key("nobody"), id_entry(2)); });
  EXPECT_TRUE(three(folder_ / "", Position(1), Onward::end_here).value().fault);
  EXPECT_FALSE(three(folder_ / "", Position(4), Onward::end_here).value().fault);
  const Verification last = three(folder_ / "", Position(8), Onward::end_here).value();
  EXPECT_EQ(last.to, Position(kEvents));
  EXPECT_FALSE(last.next) << "there is nothing left to go on with";
}

}  // namespace
}  // namespace syncline
