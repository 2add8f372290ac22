#include "connectors/http/applied_watch.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace syncline {

namespace asio = boost::asio;

struct AppliedWatch::Waiting {
  std::mutex mutex;
  std::vector<Place*> places;

  void enter(Place& place) {
    const std::lock_guard lock(mutex);
    places.push_back(&place);
  }
  void leave(Place& place) {
    const std::lock_guard lock(mutex);
    std::erase(places, &place);
  }
  // On the fold thread. A place is woken once per wait, so a commit costs nothing to those not
  // waiting.
  void wake_up_to(Position applied) {
    const std::lock_guard lock(mutex);
    std::erase_if(places, [applied](const Place* place) {
      if (place->beyond_ >= applied) return false;
      wake(*place);
      return true;
    });
  }
  void wake_all() {
    const std::lock_guard lock(mutex);
    for (const Place* place : places) wake(*place);
    places.clear();
  }
  static void wake(const Place& place) {
    asio::post(place.timer_->get_executor(), [timer = place.timer_] { timer->cancel(); });
  }
};

AppliedWatch::AppliedWatch(Engine& engine)
    : engine_(engine),
      waiting_(std::make_shared<Waiting>()),
      token_(engine.folder().add_listener(
          [waiting = waiting_](Position applied) { waiting->wake_up_to(applied); })) {}

AppliedWatch::~AppliedWatch() { engine_.folder().remove_listener(token_); }

AppliedWatch::Place::Place(const asio::any_io_executor& executor)
    : timer_(std::make_shared<asio::steady_timer>(executor)) {}

void AppliedWatch::Place::wake() { timer_->cancel(); }

void AppliedWatch::let_all_go() {
  let_all_go_ = true;
  waiting_->wake_all();
}

asio::awaitable<void> AppliedWatch::wait_beyond(Place& place, Position beyond, Duration at_most,
                                                std::function<bool()> over) const {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  place.beyond_ = beyond;
  while (engine_.applied() <= beyond && !over() && !let_all_go_ &&
         std::chrono::steady_clock::now() < deadline) {
    place.timer_->expires_at(deadline);
    waiting_->enter(place);
    // What came before enter() is seen here; what comes after it wakes the place, and the wake runs
    // behind the wait, because both are on the place's executor.
    if (engine_.applied() <= beyond && !let_all_go_)
      co_await place.timer_->async_wait(asio::as_tuple(asio::use_awaitable));
    waiting_->leave(place);
  }
}

}  // namespace syncline
