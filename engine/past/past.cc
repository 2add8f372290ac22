#include "engine/past/past.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <limits>
#include <mutex>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>

#include "engine/limits.h"
#include "engine/past/kept_state.h"
#include "engine/thread_name.h"

namespace syncline {
namespace {

constexpr std::chrono::seconds kLookForRoom{1};  // while the disk has none
constexpr std::size_t kLookUp = 1024;            // events, until it sees that it shall stop
constexpr int kLowestPriority = 19;

// One projection, and how far its past is built.
struct Part {
  explicit Part(const Projection& p) : projection(p) {}
  const Projection& projection;
  std::atomic<std::uint64_t> built{0};
};

}  // namespace

struct Past::State {
  State(PastOptions o, const Log& l, Folder& f, const FreeSpace& s)
      : options(std::move(o)), log(l), folder(f), free_space(s) {}

  const PastOptions options;
  const Log& log;
  Folder& folder;
  const FreeSpace& free_space;
  std::unique_ptr<PastStore> store;
  std::deque<Part> parts;  // of those that have a past

  std::mutex mutex;  // guards `broken`, and wakes the thread
  std::condition_variable changed;
  std::optional<Error> broken;  // why nothing more is built
  std::atomic<bool> stopping = false;
  std::atomic<std::uint64_t> due{std::numeric_limits<std::uint64_t>::max()};  // wakes the thread
  int listener = 0;
  std::thread thread;

  const Part* find(std::string_view name) const {
    const auto part =
        std::ranges::find(parts, name, [](const Part& each) { return each.projection.name(); });
    return part == parts.end() ? nullptr : &*part;
  }

  void notice(const std::string& what) const {
    if (options.observer != nullptr) options.observer->noticed(what);
  }

  std::uint64_t least_built() const {
    const auto built = [](const Part& part) { return part.built.load(); };
    return built(*std::ranges::min_element(parts, {}, built));
  }

  Result<void> open();
  Result<void> open_store(const PastStoreOptions& asked);
  void run();
  bool wait_for(std::uint64_t position);
  bool wait_for_room();
  Result<void> build_to(Position boundary);
  void fail(const Error& why);
};

Past::Past(PastOptions options, const Log& log, Folder& folder, const FreeSpace& free_space)
    : state_(new State(std::move(options), log, folder, free_space)) {
  if (state_->options.events == 0) return;
  for (const Projection* projection : folder.projections()) {
    if (projection->has_past()) state_->parts.emplace_back(*projection);
  }
  if (auto opened = state_->open(); !opened) state_->fail(opened.error());
}

Past::~Past() { stop(); }

Result<void> Past::State::open() {
  const PastStoreOptions asked{.path = options.path,
                               .env = options.env,
                               .open_files = options.open_files,
                               .observer = options.observer,
                               .projections = folder.projections()};
  auto opened = open_store(asked);
  if (opened || opened.error().code != ErrorCode::corrupt) return opened;
  notice(opened.error().message + "; it is removed, and built anew from the log");
  store.reset();
  if (auto removed = PastStore::destroy(asked); !removed) return removed;
  return open_store(asked);
}

Result<void> Past::State::open_store(const PastStoreOptions& asked) {
  auto opened = PastStore::open(asked);
  if (!opened) return opened.error();
  store = std::move(*opened);
  for (Part& part : parts) {
    Head built;
    try {
      built = store->boundary(part.projection, Position(std::numeric_limits<std::uint64_t>::max()));
    } catch (const ErrorThrown& unread) {
      return unread.error;
    }
    if (log.holds(built)) {
      part.built = built.position.value;
      continue;
    }
    notice("the past of " + std::string(part.projection.name()) + " was built up to event " +
           std::to_string(built.position.value) +
           ", which is not in the log now: it is built anew");
    if (auto forgotten = store->forget(part.projection); !forgotten) return forgotten;
  }
  return {};
}

void Past::start() {
  if (state_->parts.empty() || state_->broken) return;
  state_->listener = state_->folder.add_listener([this](Position applied) {
    if (applied.value < state_->due) return;
    const std::lock_guard lock(state_->mutex);
    state_->changed.notify_all();
  });
  state_->thread = std::thread([this] { state_->run(); });
}

void Past::stop() {
  if (!state_->thread.joinable()) return;
  state_->folder.remove_listener(state_->listener);
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->changed.notify_all();
  state_->thread.join();
  // It can be built again: a flush that fails costs that alone.
  static_cast<void>(state_->store->flush());
}

void Past::State::run() {
  name_this_thread("past");
  // No SCHED_IDLE: who waits for a lock of RocksDB that this thread holds must not wait for ever.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kLowestPriority);
  while (true) {
    const std::uint64_t boundary = (least_built() / options.events + 1) * options.events;
    if (!wait_for(boundary) || !wait_for_room()) return;
    Result<void> result;
    try {
      result = build_to(Position(boundary));
    } catch (const std::exception& e) {
      result = Error{ErrorCode::io, e.what()};
    }
    if (stopping) return;
    if (!result) return fail(result.error());
  }
}

// False: it shall stop.
bool Past::State::wait_for(std::uint64_t position) {
  std::unique_lock lock(mutex);
  due = position;
  changed.wait(lock, [&] { return stopping || folder.applied().value >= position; });
  due = std::numeric_limits<std::uint64_t>::max();
  return !stopping;
}

bool Past::State::wait_for_room() {
  std::unique_lock lock(mutex);
  while (!stopping && free_space.refusal(2 * limits::kPastMemtableBytes)) {
    changed.wait_for(lock, kLookForRoom, [&] { return stopping.load(); });
  }
  return !stopping;
}

Result<void> Past::State::build_to(Position boundary) {
  struct Piece {
    Piece(Part& of, std::unique_ptr<ReadState> state) : part(of), before(std::move(state)) {}
    Part& part;
    std::unique_ptr<ReadState> before;
    OverlayState changes{*before};
    KeptState kept{part.projection, changes};
  };
  std::deque<Piece> pieces;
  Position from = boundary;
  for (Part& part : parts) {
    const Position built(part.built);
    if (built >= boundary) continue;
    pieces.emplace_back(part, store->state(part.projection, built));
    from = std::min(from, built.next());
  }
  Head reached;
  const auto apply = [&](Position position, std::string_view frame) {
    const Event event = decode_frame(frame);
    for (Piece& piece : pieces) {
      if (piece.part.built < position.value) piece.part.projection.apply(event, piece.kept);
    }
    reached = {position, event.header.hash};
    return position.value % kLookUp != 0 || !stopping;
  };
  if (auto scanned = log.scan(from, boundary, apply); !scanned) return scanned;
  if (stopping) return {};
  for (Piece& piece : pieces) {
    auto written = store->write(piece.part.projection, piece.changes.writes(), reached);
    if (!written) return written;
    piece.part.built = reached.position.value;
  }
  return {};
}

void Past::State::fail(const Error& why) {
  {
    const std::lock_guard lock(mutex);
    broken = why;
  }
  notice("the past of the views is not built any further: " + why.message +
         "; ?at= answers for what was built before; look after the disk, then restart");
}

Result<std::unique_ptr<PastView>> Past::view(std::string_view projection, Position position) const {
  const Part* part = state_->find(projection);
  if (part == nullptr) {
    if (state_->folder.projection(projection) == nullptr) {
      return Error{ErrorCode::not_found, "there is no view called " + std::string(projection)};
    }
    return Error{ErrorCode::refused, "no past of " + std::string(projection) + " is kept here"};
  }
  if (!state_->store) return *state_->broken;
  auto view = PastView::fold(*state_->store, state_->log, part->projection, position,
                             limits::kPastEventsUncovered);
  if (!view && view.error().code == ErrorCode::past_behind) {
    const std::lock_guard lock(state_->mutex);
    if (state_->broken) return *state_->broken;
  }
  return view;
}

std::optional<std::uint64_t> Past::lag(std::string_view projection) const {
  const Part* part = state_->find(projection);
  if (part == nullptr) return std::nullopt;
  return state_->folder.applied().value - part->built;
}

}  // namespace syncline
