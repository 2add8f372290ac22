#include "engine/sequencer/sequencer.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "engine/fold/folder.h"
#include "engine/limits.h"
#include "engine/log/free_space.h"
#include "engine/sequencer/staging.h"
#include "engine/thread_name.h"

namespace syncline {
namespace {

struct Queued {
  std::unique_ptr<Submission> submission;
  std::chrono::steady_clock::time_point since;

  std::size_t drafts() const { return std::max<std::size_t>(submission->drafts.size(), 1); }
  std::size_t bytes() const {
    std::size_t sum = 0;
    for (const Draft& draft : submission->drafts) sum += frame_layout::kBody + draft.bytes().size();
    return sum;
  }
};

void refuse(std::unique_ptr<Submission> submission, const Error& why) {
  submission->answer = why;
  auto done = std::move(submission->done);
  done(std::move(submission));
}

}  // namespace

struct Sequencer::State {
  State(SequencerOptions o, Log& l, Folder& f)
      : options(o), log(l), folder(f), chain(Chain::after(l, o.node)) {}

  const SequencerOptions options;
  Log& log;
  Folder& folder;

  mutable std::mutex mutex;  // guards the queue
  std::condition_variable changed;
  std::vector<Queued> queue;
  std::size_t queued_drafts = 0;
  bool stopping = false;

  // The sequencer's thread alone:
  Chain chain;
  std::deque<Queued> taken;
  std::shared_ptr<DurableCommit> spare;
  bool disk_full = false;  // as the observer was told
  std::thread thread;

  bool take();
  void run();
  std::shared_ptr<DurableCommit> commit_next();
  std::shared_ptr<DurableCommit> empty_commit();
  std::optional<Error> no_room_for(std::size_t bytes);
  Result<void> write(DurableCommit& commit);
};

Sequencer::Sequencer(SequencerOptions options, Log& log, Folder& folder)
    : state_(new State(options, log, folder)) {
  state_->thread = std::thread([s = state_.get()] { s->run(); });
}

Sequencer::~Sequencer() { stop(); }

void Sequencer::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->changed.notify_all();
  if (state_->thread.joinable()) state_->thread.join();
}

std::size_t Sequencer::queued() const {
  const std::lock_guard lock(state_->mutex);
  return state_->queued_drafts;
}

void Sequencer::submit(std::vector<std::unique_ptr<Submission>> submissions) {
  std::optional<Error> refusal = state_->log.closed();
  std::vector<Queued> incoming;
  std::size_t drafts = 0;
  const auto now = std::chrono::steady_clock::now();
  for (auto& submission : submissions) {
    incoming.push_back({std::move(submission), now});
    drafts += incoming.back().drafts();
  }
  if (!refusal) {
    const std::lock_guard lock(state_->mutex);
    if (state_->stopping) {
      refusal = Error{ErrorCode::stopping,
                      "the server is shutting down; send it again elsewhere or later"};
    } else if (state_->queued_drafts + drafts > limits::kQueuedDrafts) {
      refusal = Error{ErrorCode::queue_full,
                      "the queue before the log is full; send it again in a moment"};
    } else {
      state_->queued_drafts += drafts;
      for (Queued& item : incoming) state_->queue.push_back(std::move(item));
    }
  }
  if (!refusal) {
    state_->changed.notify_one();
    return;
  }
  for (Queued& item : incoming) refuse(std::move(item.submission), *refusal);
}

// Takes all that is queued; waits only when there is nothing at all. False: stopped, and all is
// done.
bool Sequencer::State::take() {
  std::unique_lock lock(mutex);
  if (taken.empty()) changed.wait(lock, [this] { return stopping || !queue.empty(); });
  for (Queued& item : queue) taken.push_back(std::move(item));
  queue.clear();
  return !taken.empty();
}

void Sequencer::State::run() {
  name_this_thread("sequencer");
  while (take()) spare = folder.hand_in(commit_next());
}

// Most often one that served before. A decider's view may still hold on to that one.
std::shared_ptr<DurableCommit> Sequencer::State::empty_commit() {
  auto commit = std::exchange(spare, nullptr);
  if (!commit || commit.use_count() > 1 || commit->events.bytes() > limits::kMiB) {
    return std::make_shared<DurableCommit>(log);
  }
  commit->events.clear();
  commit->answers.clear();
  return commit;
}

std::shared_ptr<DurableCommit> Sequencer::State::commit_next() {
  const Chain before = chain;
  auto commit = empty_commit();
  Log::Commit& events = commit->events;
  Staging staging(log, folder, events, chain, options.clock->now());
  std::size_t drafts = 0;
  while (!taken.empty()) {
    Queued& next = taken.front();
    const bool over = events.events() + next.drafts() > limits::kCommitEvents ||
                      events.bytes() + next.bytes() > limits::kCommitBytes;
    if (over && !commit->answers.empty()) break;  // one that is over by itself goes alone
    drafts += next.drafts();
    const std::size_t first_event = events.events();
    staging.stage(*next.submission);
    commit->answers.push_back({std::move(next.submission), first_event, next.since});
    taken.pop_front();
  }
  staging.add_indexes();
  {
    const std::lock_guard lock(mutex);
    queued_drafts -= drafts;
  }

#ifdef SYNCLINE_TEST_ACK_BEFORE_WRITE
  // The mutant that the crash tests must catch: it answers what is not on disk yet.
  for (DurableCommit::Answer& answer : commit->answers) {
    auto done = std::move(answer.submission->done);
    answer.submission->done = [](std::unique_ptr<Submission>) {};
    auto early = std::make_unique<Submission>();
    early->answer = answer.submission->answer;
    done(std::move(early));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(1));  // a crash has time to come between
#endif

  if (const Result<void> written = write(*commit); !written) {
    chain = before;
    events.clear();
    for (DurableCommit::Answer& answer : commit->answers) {
      answer.submission->answer = written.error();
    }
  }
  commit->head = {chain.position, chain.hash};
  return commit;
}

// There is room again when the greatest commit fits: between small ones that do and large ones that
// do not, nobody wants to hear of each.
std::optional<Error> Sequencer::State::no_room_for(std::size_t bytes) {
  if (options.free_space == nullptr) return std::nullopt;
  auto refusal = options.free_space->refusal(bytes);
  if (options.observer == nullptr) return refusal;
  if (refusal && !disk_full) {
    disk_full = true;
    options.observer->disk_full(*refusal);
  } else if (disk_full && !options.free_space->refusal(limits::kCommitBytes)) {
    disk_full = false;
    options.observer->disk_has_room();
  }
  return refusal;
}

Result<void> Sequencer::State::write(DurableCommit& commit) {
  Log::Commit& events = commit.events;
  if (auto why = log.closed()) return *why;
  if (events.events() == 0) return {};
  const bool into_reserve = std::ranges::any_of(
      commit.answers, [](const auto& answer) { return answer.submission->into_reserve; });
  if (!into_reserve) {
    if (auto full = no_room_for(events.bytes())) return *full;
  }
  const auto start = std::chrono::steady_clock::now();
  auto written = log.write(events);
  if (written && options.observer != nullptr) {
    options.observer->committed(events.events(), events.bytes(),
                                std::chrono::steady_clock::now() - start);
  }
  return written;
}

}  // namespace syncline
