#include "connectors/exchange.h"

#include <utility>

#include <boost/asio/post.hpp>

namespace syncline {

void Exchange::submit(Engine& engine, std::unique_ptr<Exchanged> owned) {
  // Until its last submission is back, its submissions own it: the engine answers each of them.
  Exchanged* const exchanged = owned.release();
  for (std::size_t i = 0; i < exchanged->submissions.size(); ++i) {
    // Two words: a std::function keeps them in itself.
    exchanged->submissions[i]->done = [exchanged, i](std::unique_ptr<Submission> back) {
      exchanged->submissions[i] = std::move(back);
      if (exchanged->missing.fetch_sub(1, std::memory_order_acq_rel) == 1)
        exchanged->exchange.answered(std::unique_ptr<Exchanged>(exchanged));
    };
  }
  const std::lock_guard lock(mutex_);
  const bool first = outgoing_.empty();
  for (auto& submission : exchanged->submissions) outgoing_.push_back(std::move(submission));
  // Behind whatever is ready already, which may have more to submit.
  if (first) boost::asio::post(exchanged->executor, [this, &engine] { send(engine); });
}

void Exchange::send(Engine& engine) {
  std::vector<std::unique_ptr<Submission>> outgoing;
  {
    const std::lock_guard lock(mutex_);
    outgoing.swap(outgoing_);
  }
  engine.submit(std::move(outgoing));
}

// On the fold thread, which has more answers at hand; or inside send(), of what was refused.
void Exchange::answered(std::unique_ptr<Exchanged> exchanged) {
  const std::lock_guard lock(mutex_);
  incoming_.push_back(std::move(exchanged));
  if (incoming_.size() == 1) boost::asio::post(incoming_.front()->executor, [this] { resume(); });
}

void Exchange::resume() {
  std::vector<std::unique_ptr<Exchanged>> incoming;
  {
    const std::lock_guard lock(mutex_);
    incoming.swap(incoming_);
  }
  for (auto& exchanged : incoming) std::exchange(exchanged, nullptr)->resume();
}

void Exchange::shutdown() noexcept {
  outgoing_.clear();
  incoming_.clear();
}

}  // namespace syncline
