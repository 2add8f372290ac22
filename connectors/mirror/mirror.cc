#include "connectors/mirror/mirror.h"

#include <algorithm>
#include <array>

#include "engine/thread_name.h"

namespace syncline {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Between the beginnings of two transactions while it keeps up: each costs the broker a marker in
// every partition that it touched.
constexpr milliseconds kTransactionPause{20};
constexpr milliseconds kBackOffLeast{250};
constexpr milliseconds kBackOffMost{10'000};

// Doubles with each attempt, and is spread over its upper half, so that nodes do not return at
// once.
milliseconds back_off(int attempts, Rng& rng) {
  const auto whole = std::min(kBackOffLeast * (1 << std::min(attempts, 10)), kBackOffMost);
  std::array<std::uint8_t, 1> random{};
  rng.fill(random);
  return whole / 2 + whole * random[0] / 512;
}

}  // namespace

void write_mirror_standing(const std::optional<MirrorStanding>& standing, JsonWriter& out) {
  if (!standing) {
    out.begin_object().field("state", "off").end_object();
    return;
  }
  out.begin_object()
      .field("state", name(standing->state))
      .field("position", standing->position)
      .field("lag", standing->lag)
      .field("lag_seconds", static_cast<double>(standing->age.count()) / 1000)
      .text_or_null("why", standing->why)
      .end_object();
}

Mirror::Mirror(Engine& engine, const PayloadMappings& mappings, MirrorOptions options,
               MakeMirrorKafka make, MirrorObserver& observer, MirroredMark& mark)
    : engine_(engine),
      options_(std::move(options)),
      observer_(observer),
      mark_(mark),
      work_(engine, mappings, options_, std::move(make), observer, stopping_) {}

Mirror::~Mirror() { stop(); }

void Mirror::start() {
  listener_ = engine_.folder().add_listener([this](Position) {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  mark_.begin();
  thread_ = std::thread([this] { run(); });
}

void Mirror::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  engine_.folder().remove_listener(listener_);
}

Result<void> Mirror::agreed(milliseconds at_most) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, at_most, [this] { return is_sending(state_) || is_final(state_); });
  if (state_ == MirrorState::refusing) return Error{ErrorCode::refused, why_};
  return {};
}

void Mirror::run() {
  name_this_thread("mirror");
  for (MirrorState state = MirrorState::connecting; !is_final(state) && wait_before(state);) {
    const StepOutcome outcome = work_.step(state);
    const MirrorState next = next_state(state, outcome);
    if (is_sending(next)) {
      attempts_ = 0;
      mark_.reach(work_.cursor());
    }
    enter(next, next == MirrorState::backing_off || is_final(next) ? work_.why() : "");
    state = next;
  }
  mark_.end();
}

void Mirror::enter(MirrorState state, const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    cursor_ = work_.cursor();
    if (state == state_) return;
    state_ = state;
    // While it tries again, what it tries again for is worth knowing.
    if (!why.empty() || is_sending(state)) why_ = why;
  }
  changed_.notify_all();
  observer_.mirror_state(state, why);
}

bool Mirror::wait_before(MirrorState state) {
  std::unique_lock lock(mutex_);
  const auto stopping = [this] { return stopping_.load(); };
  if (state == MirrorState::backing_off) {
    changed_.wait_for(lock, back_off(attempts_++, engine_.rng()), stopping);
  } else if (state == MirrorState::streaming) {
    changed_.wait_until(lock, last_transaction_ + kTransactionPause, stopping);
    changed_.wait(lock, [this] { return stopping_ || engine_.applied() > cursor_; });
    last_transaction_ = steady_clock::now();
  }
  return !stopping_;
}

MirrorStanding Mirror::standing() const {
  MirrorStanding now;
  {
    const std::lock_guard lock(mutex_);
    now.state = state_;
    now.why = why_;
    now.position = cursor_;
  }
  const Position applied = engine_.applied();
  if (applied <= now.position) return now;
  now.lag = applied.value - now.position.value;
  const auto frame = engine_.log().read(now.position.next());
  if (frame.has_error()) return now;  // it is told where it matters
  const auto header = decode_header(*frame);
  SYNCLINE_CHECK(header.has_value());  // read() has checked the frame
  now.age = std::chrono::duration_cast<milliseconds>(engine_.clock().now() - header->append_time);
  return now;
}

}  // namespace syncline
