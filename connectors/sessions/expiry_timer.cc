#include "connectors/sessions/expiry_timer.h"

#include <algorithm>
#include <memory>

#include "connectors/sessions/sync_request.h"
#include "engine/thread_name.h"
#include "projections/sessions/sessions_view.h"

namespace syncline {
namespace {

constexpr std::chrono::milliseconds kRecheck{500};  // also the pause after a refusal
constexpr std::size_t kInFlight = 1000;             // well below limits::kQueuedDrafts

Result<Draft> expiry_draft(const DueSession& due, std::string_view source, std::string_view id) {
  const std::string subject = session_subject(due.user_id, due.session_id);
  EventBody body;
  body.id = id;
  body.source = source;
  body.subject = subject;
  body.type = EventType::session_expired;
  body.event_time = std::chrono::floor<std::chrono::milliseconds>(due.deadline);
  body.payload = SessionExpired{due.user_id, due.session_id, due.beat, due.deadline};
  return make_draft(body);
}

// The expiries that were handed in together, until the last one is answered.
class Flight {
 public:
  explicit Flight(std::size_t size) : in_flight_(size) {}
  void land(bool appended) {
    const std::lock_guard lock(mutex_);
    all_appended_ = all_appended_ && appended;
    if (--in_flight_ == 0) landed_.notify_all();
  }
  // Were all of them appended?
  bool wait() {
    std::unique_lock lock(mutex_);
    landed_.wait(lock, [this] { return in_flight_ == 0; });
    return all_appended_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable landed_;
  std::size_t in_flight_;     // guarded by mutex_
  bool all_appended_ = true;  // guarded by mutex_
};

}  // namespace

ExpiryTimer::ExpiryTimer(Engine& engine, DeadlineFloor& floor)
    : engine_(engine), floor_(floor), source_(engine.source()) {
  thread_ = std::thread([this] { run(); });
}

ExpiryTimer::~ExpiryTimer() { stop(); }

void ExpiryTimer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ExpiryTimer::run() {
  name_this_thread("expiry");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    std::chrono::nanoseconds pause = kRecheck;
    try {
      if (expire_due()) pause = until_next();
    } catch (const std::exception&) {
      // A view that cannot be read (view_store.cc) is not this thread's to end the process for.
    }
    lock.lock();
    stopped_.wait_for(lock, pause, [this] { return stopping_; });
  }
}

bool ExpiryTimer::expire_due() {
  const Time now = engine_.clock().now();
  const auto view = engine_.view("sessions");
  const auto due = due_sessions(*view, now, kInFlight, floor_.of(*view, view->position()));
  const auto flight = std::make_shared<Flight>(due.size());
  std::vector<std::unique_ptr<Submission>> submissions;
  for (const DueSession& session : due) {
    auto submission = std::make_unique<Submission>();
    auto draft = expiry_draft(session, source_, uuid7(now, engine_.rng()));
    SYNCLINE_CHECK(draft.has_value());  // its names were in an event before
    submission->drafts.push_back(std::move(*draft));
    submission->done = [flight](std::unique_ptr<Submission> answer) {
      flight->land(answer->answer.has_value());
    };
    submissions.push_back(std::move(submission));
  }
  if (!submissions.empty()) engine_.submit(std::move(submissions));
  return flight->wait();
}

std::chrono::nanoseconds ExpiryTimer::until_next() {
  const auto view = engine_.view("sessions");
  const auto next = floor_.raise(*view, view->position());
  const Time now = engine_.clock().now();
  if (!next || *next - now > kRecheck) return kRecheck;
  return std::max(*next - now, Duration::zero());
}

}  // namespace syncline
