#include "connectors/mirrored_mark.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace syncline {
namespace {

namespace asio = boost::asio;
using std::chrono::hours;
using std::chrono::milliseconds;

class MirroredMarkTest : public testing::Test {
 protected:
  // Whether it had come so far when the wait was over; `meanwhile` happens when it has begun.
  bool wait_for(
      Position position, Duration at_most, std::function<void()> meanwhile = [] {}) {
    asio::io_context io;
    auto reached = asio::co_spawn(io, mark_.wait_for(position, at_most), asio::use_future);
    asio::post(io, std::move(meanwhile));
    io.run();
    return reached.get();
  }

  MirroredMark mark_;
};

TEST_F(MirroredMarkTest, NobodyWaitsForWhatIsNotExpected) {
  EXPECT_FALSE(mark_.expected());
  EXPECT_FALSE(wait_for(Position(1), hours(1)));
  EXPECT_TRUE(wait_for(Position(0), hours(1)));
  mark_.begin();
  EXPECT_TRUE(mark_.expected());
  mark_.end();
  EXPECT_TRUE(mark_.expected());
  EXPECT_FALSE(wait_for(Position(1), hours(1)));
}

TEST_F(MirroredMarkTest, AWaitEndsWhenItIsReached) {
  mark_.begin();
  mark_.reach(Position(4));
  EXPECT_TRUE(wait_for(Position(4), hours(1)));
  EXPECT_TRUE(wait_for(Position(6), hours(1), [this] {
    mark_.reach(Position(5));
    mark_.reach(Position(7));
  }));
  EXPECT_TRUE(mark_.has(Position(7)));
  EXPECT_FALSE(mark_.has(Position(8)));
}

TEST_F(MirroredMarkTest, AWaitEndsWithItsDeadlineOrTheMark) {
  mark_.begin();
  EXPECT_FALSE(wait_for(Position(1), milliseconds(1)));
  EXPECT_FALSE(wait_for(Position(1), hours(1), [this] { mark_.end(); }));
}

}  // namespace
}  // namespace syncline
