#include "engine/fold/folder.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "engine/limits.h"
#include "engine/thread_name.h"

namespace syncline {
namespace {

// One projection and the slot it is folded into.
struct Fold {
  std::unique_ptr<Projection> projection;
  Slot slot = 0;
};

}  // namespace

struct Folder::State {
  State(Log& l, ViewStore& v, AckedFile* a, Observer* o)
      : log(l), views(v), acked(a), observer(o) {}

  Log& log;
  ViewStore& views;
  AckedFile* const acked;
  Observer* const observer;

  // Held while a commit is folded, and while a rebuild takes over: the slots stand still.
  std::mutex slots;
  std::vector<Fold> folds;
  std::size_t unflushed_events = 0;
  std::optional<Error> broken;  // why it cannot go on

  mutable std::mutex mutex;  // guards the queue, and makes "written and off the queue" one step
  std::condition_variable changed;
  std::deque<std::shared_ptr<DurableCommit>> queue;  // the front one is being folded
  std::shared_ptr<DurableCommit> spent;              // answered; nobody has taken it back yet
  bool stopping = false;

  std::atomic<std::uint64_t> applied{0};
  std::thread thread;

  std::mutex listening;
  std::map<int, std::function<void(Position)>> listeners;
  int next_listener = 1;

  Fold* find(std::string_view name) {
    for (Fold& fold : folds) {
      if (fold.projection->name() == name) return &fold;
    }
    return nullptr;
  }

  void notice_discarded(std::string_view name, const ViewStore::Serving& serving);
  void run();
  Result<void> fold(DurableCommit& commit, std::vector<Outcome>& outcomes);
  Result<void> fold_events(const DurableCommit& commit, ViewStore::Batch& batch,
                           std::vector<Outcome>& outcomes);
  Error fail(const Error& cause);
  void publish(const DurableCommit& commit, ViewStore::Batch& batch, Result<void>& result);
  void answer(DurableCommit& commit, const Result<void>& result,
              const std::vector<Outcome>& outcomes);
};

// One that is built anew for another version says nothing about the log.
void Folder::State::notice_discarded(std::string_view name, const ViewStore::Serving& serving) {
  const Head checkpoint = views.checkpoint(serving.slot);
  if (observer == nullptr || log.holds(checkpoint)) return;
  const std::string position = std::to_string(checkpoint.position.value);
  observer->noticed("view " + std::string(name) + " was folded up to event " + position +
                    (checkpoint.position > log.head().position
                         ? ", and the log ends at " + std::to_string(log.head().position.value)
                         : ", which is another one in the log now") +
                    ": it is built anew");
}

Folder::Folder(Log& log, ViewStore& views, AckedFile* acked, Observer* observer,
               std::vector<std::unique_ptr<Projection>> projections)
    : state_(new State(log, views, acked, observer)) {
  for (auto& projection : projections) state_->folds.push_back({std::move(projection), 0});
}

Folder::~Folder() { stop(); }

Result<void> Folder::catch_up(const std::function<void(Position, Position)>& progress) {
  state_->views.drop_abandoned();
  const FoldProgress shown = [&progress](Position done, Position of, std::size_t) {
    if (progress) progress(done, of);
    return true;
  };
  const Head head = state_->log.head();
  std::vector<Build::Part> parts;
  std::vector<const Fold*> anew;
  for (Fold& fold : state_->folds) {
    const Projection& projection = *fold.projection;
    const auto serving = state_->views.serving(projection.name());
    const bool usable = serving && serving->version == projection.version() &&
                        state_->log.holds(state_->views.checkpoint(serving->slot));
    if (serving && !usable) state_->notice_discarded(projection.name(), *serving);
    fold.slot = usable ? serving->slot : state_->views.new_slot();
    if (!usable) anew.push_back(&fold);
    parts.push_back({&projection, fold.slot});
  }
  if (!parts.empty()) {
    Build build(state_->log, state_->views, parts);
    if (auto built = build.fold_to(head.position, shown); !built) return built;
  }
  for (const Fold* fold : anew) {
    const Projection& projection = *fold->projection;
    if (auto served = state_->views.serve(projection.name(), {projection.version(), fold->slot});
        !served) {
      return served;
    }
  }
  if (auto flushed = state_->views.begin_flush(); !flushed) return flushed;
  state_->applied = head.position.value;
  return {};
}

void Folder::start() {
  SYNCLINE_CHECK(!state_->thread.joinable());
  state_->thread = std::thread([this] { state_->run(); });
}

void Folder::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->changed.notify_all();
  if (state_->thread.joinable()) state_->thread.join();
}

std::shared_ptr<DurableCommit> Folder::hand_in(std::shared_ptr<DurableCommit> commit) {
  std::shared_ptr<DurableCommit> spent;
  {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [this] { return state_->queue.size() < limits::kUnfoldedCommits; });
    state_->queue.push_back(std::move(commit));
    spent.swap(state_->spent);
  }
  state_->changed.notify_all();
  return spent;
}

void Folder::State::run() {
  name_this_thread("folder");
  while (true) {
    std::shared_ptr<DurableCommit> commit;
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [this] { return stopping || !queue.empty(); });
      if (queue.empty()) return;
      commit = queue.front();
    }
    std::vector<Outcome> outcomes(commit->events.events());
    const Result<void> result = fold(*commit, outcomes);
    changed.notify_all();
    answer(*commit, result, outcomes);
    {
      const std::lock_guard lock(listening);
      for (const auto& [token, listener] : listeners) listener(Position(applied));
    }
    const std::lock_guard lock(mutex);
    spent = std::move(commit);
  }
}

// Folds, acknowledges on disk, and takes the commit off the queue.
Result<void> Folder::State::fold(DurableCommit& commit, std::vector<Outcome>& outcomes) {
  const std::lock_guard still(slots);
  ViewStore::Batch batch(views);
  Result<void> result;
  if (broken) {
    result = *broken;
  } else if (commit.events.events() > 0) {
    result = fold_events(commit, batch, outcomes);
    if (result && acked != nullptr) result = acked->advance(commit.head);
  }
  publish(commit, batch, result);
  unflushed_events += commit.events.events();
  if (result && unflushed_events >= limits::kEventsPerViewFlush) {
    unflushed_events = 0;
    if (auto flushed = views.begin_flush(); !flushed) fail(flushed.error());
  }
  return result;
}

Result<void> Folder::State::fold_events(const DurableCommit& commit, ViewStore::Batch& batch,
                                        std::vector<Outcome>& outcomes) {
  try {
    for (std::size_t i = 0; i < commit.events.events(); ++i) {
      const Event event = decode_frame(commit.events.frame(i));
      for (const Fold& fold : folds) {
        const auto outcome = fold.projection->apply(event, batch.state(fold.slot));
        if (outcome) outcomes[i] = *outcome;
      }
    }
  } catch (const std::exception& e) {
    return Error{ErrorCode::io, std::string("the views cannot be kept: ") + e.what()};
  }
  for (const Fold& fold : folds) batch.checkpoint(fold.slot, commit.head);
  return {};
}

Error Folder::State::fail(const Error& cause) {
  broken = log.close_for_writing(cause);
  broken->message += "; this is in the log already, and will be in the views then";
  return *broken;
}

void Folder::State::publish(const DurableCommit& commit, ViewStore::Batch& batch,
                            Result<void>& result) {
  const std::lock_guard lock(mutex);
  if (result && commit.events.events() > 0) {
    result = views.write(batch);
    if (result) applied = commit.head.position.value;
  }
  // Before it leaves the queue: a decision that does not see it must not reach the log.
  if (!result && !broken) result = fail(result.error());
  queue.pop_front();
}

void Folder::State::answer(DurableCommit& commit, const Result<void>& result,
                           const std::vector<Outcome>& outcomes) {
  const auto now = std::chrono::steady_clock::now();
  for (DurableCommit::Answer& answer : commit.answers) {
    std::unique_ptr<Submission> submission = std::move(answer.submission);
    if (!result && submission->answer) {
      submission->answer = result.error();
    } else if (submission->answer) {
      std::size_t event = answer.first_event;
      for (Receipt& receipt : *submission->answer) {
        if (!receipt.duplicate) receipt.outcome = outcomes[event++];
      }
    }
    if (observer != nullptr) observer->answered(now - answer.queued);
    auto done = std::move(submission->done);
    done(std::move(submission));
  }
}

Position Folder::applied() const { return Position(state_->applied); }

int Folder::add_listener(std::function<void(Position)> listener) {
  const std::lock_guard lock(state_->listening);
  state_->listeners.emplace(state_->next_listener, std::move(listener));
  return state_->next_listener++;
}

void Folder::remove_listener(int token) {
  const std::lock_guard lock(state_->listening);
  state_->listeners.erase(token);
}

const Projection* Folder::projection(std::string_view name) const {
  const Fold* fold = state_->find(name);
  return fold ? fold->projection.get() : nullptr;
}

std::vector<const Projection*> Folder::projections() const {
  std::vector<const Projection*> out;
  for (const Fold& fold : state_->folds) out.push_back(fold.projection.get());
  return out;
}

std::unique_ptr<ViewSnapshot> Folder::view(std::string_view projection) const {
  return freeze(projection).view;
}

Folder::Frozen Folder::freeze(std::string_view projection) const {
  const std::lock_guard lock(state_->mutex);
  const Fold* fold = state_->find(projection);
  SYNCLINE_CHECK(fold != nullptr);
  return {state_->views.snapshot(fold->slot), {state_->queue.begin(), state_->queue.end()}};
}

Result<void> Folder::rebuild(std::string_view name, const FoldProgress& progress) {
  Fold* fold = state_->find(name);
  if (fold == nullptr) {
    return Error{ErrorCode::not_found, "there is no view called " + std::string(name)};
  }
  const Slot fresh = state_->views.new_slot();
  Build build(state_->log, state_->views, {{fold->projection.get(), fresh}});
  // While it serves, the log grows: catch up from afar, then hold the fold for the last stretch.
  while (applied().value - build.done().value > limits::kCommitEvents) {
    if (auto built = build.fold_to(applied(), progress); !built) {
      state_->views.drop(fresh);
      return built;
    }
  }
  const std::lock_guard still(state_->slots);
  if (auto built = build.fold_to(applied(), {}); !built) {
    state_->views.drop(fresh);
    return built;
  }
  const std::lock_guard lock(state_->mutex);
  auto served = state_->views.serve(name, {fold->projection->version(), fresh});
  if (served) fold->slot = fresh;
  return served;
}

}  // namespace syncline
