#include "connectors/exchange.h"

#include <utility>

#include <boost/asio/post.hpp>

namespace syncline {

void Exchange::submit(Engine& engine, const std::shared_ptr<Exchanged>& exchanged) {
  for (std::size_t i = 0; i < exchanged->submissions.size(); ++i) {
    exchanged->submissions[i]->done = [this, exchanged, i](std::unique_ptr<Submission> back) {
      exchanged->submissions[i] = std::move(back);
      if (exchanged->missing.fetch_sub(1, std::memory_order_acq_rel) == 1) answered(exchanged);
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
void Exchange::answered(std::shared_ptr<Exchanged> exchanged) {
  const auto executor = exchanged->executor;
  const std::lock_guard lock(mutex_);
  const bool first = incoming_.empty();
  incoming_.push_back(std::move(exchanged));
  if (first) boost::asio::post(executor, [this] { resume(); });
}

void Exchange::resume() {
  std::vector<std::shared_ptr<Exchanged>> incoming;
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
