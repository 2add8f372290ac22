#include "connectors/expiry/expiry_timer.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <memory>

#include "engine/thread_name.h"

namespace syncline {
namespace {

constexpr std::chrono::milliseconds kRecheck{500};  // also the pause after a refusal
// Looked up at once. What has lapsed at the same instant and is written by now has to be passed
// each time: few looks, so that a hundred thousand of them do not cost their square.
constexpr std::size_t kLook = 8192;
// Appended at once. Others' events come between two pieces, so this is what they wait for.
constexpr std::size_t kPiece = 256;

}  // namespace

void ExpiryTimer::start() {
  thread_ = std::thread([this] { run(); });
}

void ExpiryTimer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool ExpiryTimer::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void ExpiryTimer::run() {
  name_this_thread("expiry");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    std::chrono::nanoseconds pause = kRecheck;
    try {
      bool all_appended = true;
      for (const ExpirySource& source : sources_) all_appended &= expire_due(source);
      if (all_appended) pause = until_next();
    } catch (const std::exception&) {
      // A view that cannot be read (view_store.cc) is not this thread's to end the process for.
    }
    lock.lock();
    stopped_.wait_for(lock, pause, [this] { return stopping_; });
  }
}

bool ExpiryTimer::expire_due(const ExpirySource& source) {
  std::vector<Draft> due = source.due(*engine_.view(source.view), engine_.clock().now(), kLook);
  for (auto next = due.begin(); next != due.end() && !stopping();) {
    const auto end = next + std::min<std::ptrdiff_t>(kPiece, due.end() - next);
    if (!append({std::move_iterator(next), std::move_iterator(end)})) return false;
    next = end;
  }
  return true;
}

// Waits: the engine answers every submission, and only what it takes while it runs can be late.
bool ExpiryTimer::append(std::vector<Draft> piece) {
  std::promise<bool> appended;
  auto submission = std::make_unique<Submission>();
  submission->drafts = std::move(piece);
  submission->done = [&appended](std::unique_ptr<Submission> answer) {
    appended.set_value(answer->answer.has_value());
  };
  engine_.submit(std::move(submission));
  return appended.get_future().get();
}

std::chrono::nanoseconds ExpiryTimer::until_next() {
  std::optional<Time> next;
  for (const ExpirySource& source : sources_) {
    const auto deadline = source.next(*engine_.view(source.view));
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  const Time now = engine_.clock().now();
  if (!next || *next - now > kRecheck) return kRecheck;
  return std::max(*next - now, Duration::zero());
}

}  // namespace syncline
