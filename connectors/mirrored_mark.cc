#include "connectors/mirrored_mark.h"

#include <mutex>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace syncline {

namespace asio = boost::asio;

struct MirroredMark::Waiting {
  using Timer = std::shared_ptr<asio::steady_timer>;  // a wake may come when the wait is over

  mutable std::mutex mutex;
  Position reached;
  bool expected = false;
  bool moves = false;
  std::vector<std::pair<Position, Timer>> waits;

  void wake_up_to(Position position) {
    std::erase_if(waits, [position](const auto& wait) {
      if (wait.first > position) return false;
      asio::post(wait.second->get_executor(), [timer = wait.second] { timer->cancel(); });
      return true;
    });
  }
  // False: there is nothing to wait for.
  bool enter(Position position, const Timer& timer) {
    const std::lock_guard lock(mutex);
    if (!moves || reached >= position) return false;
    waits.emplace_back(position, timer);
    return true;
  }
  void leave(const Timer& timer) {
    const std::lock_guard lock(mutex);
    std::erase_if(waits, [&timer](const auto& wait) { return wait.second == timer; });
  }
};

MirroredMark::MirroredMark() : waiting_(std::make_shared<Waiting>()) {}
MirroredMark::~MirroredMark() = default;

void MirroredMark::begin() {
  const std::lock_guard lock(waiting_->mutex);
  waiting_->expected = waiting_->moves = true;
}

void MirroredMark::reach(Position position) {
  const std::lock_guard lock(waiting_->mutex);
  waiting_->reached = position;
  waiting_->wake_up_to(position);
}

void MirroredMark::end() {
  const std::lock_guard lock(waiting_->mutex);
  waiting_->moves = false;
  waiting_->wake_up_to(Position(~std::uint64_t{0}));
}

bool MirroredMark::expected() const {
  const std::lock_guard lock(waiting_->mutex);
  return waiting_->expected;
}

bool MirroredMark::has(Position position) const {
  const std::lock_guard lock(waiting_->mutex);
  return waiting_->reached >= position;
}

asio::awaitable<bool> MirroredMark::wait_for(Position position, Duration at_most) {
  const auto timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor);
  timer->expires_after(at_most);
  // A wake is posted to this executor: it runs behind the wait that it is for.
  if (waiting_->enter(position, timer)) {
    co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
    waiting_->leave(timer);
  }
  co_return has(position);
}

}  // namespace syncline
