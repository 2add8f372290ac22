// Between the threads of an io_context and those of the engine. What coroutines submit before their
// thread looks for new input goes to the sequencer in one piece, and the answers of a commit come
// back in one piece: each side wakes the other once, not once for each event.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>

#include "engine/engine.h"

namespace syncline {

// Submissions that come back together, to the coroutine that waits for them.
struct Exchanged {
  using Executor = boost::asio::any_io_executor;

  Exchanged(class Exchange& by, Executor runs_on,
            std::vector<std::unique_ptr<Submission>> to_submit)
      : exchange(by),
        executor(std::move(runs_on)),
        submissions(std::move(to_submit)),
        missing(submissions.size()) {}
  virtual ~Exchanged() = default;
  virtual void resume() = 0;  // on the executor, when every one is answered

  class Exchange& exchange;
  Executor executor;  // tracks work: the io_context runs until the answer is there
  std::vector<std::unique_ptr<Submission>> submissions;  // in the order they were asked
  std::atomic<std::size_t> missing;
};

// A service of its io_context (asio::use_service). Submissions that leave together are taken or
// refused together.
class Exchange final : public boost::asio::execution_context::service {
 public:
  static inline boost::asio::execution_context::id id;
  explicit Exchange(boost::asio::execution_context& context) : service(context) {}

  // On a thread of the io_context; always the same engine.
  void submit(Engine& engine, std::unique_ptr<Exchanged> exchanged);

 private:
  void shutdown() noexcept override;
  void send(Engine& engine);
  void answered(std::unique_ptr<Exchanged> exchanged);
  void resume();

  std::mutex mutex_;  // guards the rest
  std::vector<std::unique_ptr<Submission>> outgoing_;
  std::vector<std::unique_ptr<Exchanged>> incoming_;
};

}  // namespace syncline
