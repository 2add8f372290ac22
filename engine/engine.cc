#include "engine/engine.h"

#include <future>

#include "engine/backup/restore.h"
#include "engine/log/acked_file.h"
#include "engine/log/incarnation.h"
#include "engine/opening.h"
#include "engine/sequencer/sequencer.h"
#include "schemas/body_codec.h"
#include "schemas/subject.h"

namespace syncline {

struct Engine::State {
  EngineOptions options;
  std::shared_ptr<DiskTrouble> trouble;  // of log, views and log.acked together
  std::unique_ptr<FreeSpace> free_space;
  std::unique_ptr<Log> log;
  std::unique_ptr<ViewStore> views;
  std::unique_ptr<AckedFile> acked;
  std::unique_ptr<Folder> folder;
  std::unique_ptr<Past> past;
  std::unique_ptr<Sequencer> sequencer;
  bool stopped = false;

  Result<void> open(std::vector<std::unique_ptr<Projection>> projections);
  std::string path(const char* name) const { return options.data + "/" + name; }
};

Result<void> Engine::State::open(std::vector<std::unique_ptr<Projection>> projections) {
  if (auto whole = check_restored(options.data, options.env); !whole) return whole;
  trouble = std::make_shared<DiskTrouble>(options.observer);
  free_space = std::make_unique<FreeSpace>(options.data, options.env, options.reserve);
  auto opened = open_log(options, trouble);
  if (!opened) return opened.error();
  log = std::move(opened->log);
  acked = std::move(opened->acked);

  auto view_store =
      ViewStore::open(path("views"), options.env, /*read_only=*/false, trouble, options.view_files);
  if (!view_store) return view_store.error();
  views = std::move(*view_store);

  folder =
      std::make_unique<Folder>(*log, *views, acked.get(), options.observer, std::move(projections));
  if (auto caught_up = folder->catch_up(options.progress); !caught_up) return caught_up;
  folder->start();
  past = std::make_unique<Past>(PastOptions{.path = path("past"),
                                            .events = options.past_events,
                                            .env = options.env,
                                            .open_files = options.past_files,
                                            .observer = options.observer},
                                *log, *folder, *free_space);
  past->start();
  sequencer = std::make_unique<Sequencer>(SequencerOptions{.node = options.node,
                                                           .clock = options.clock,
                                                           .observer = options.observer,
                                                           .free_space = free_space.get()},
                                          *log, *folder);
  return {};
}

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::~Engine() { stop(); }

Result<std::unique_ptr<Engine>> Engine::open(EngineOptions options,
                                             std::vector<std::unique_ptr<Projection>> projections) {
  SYNCLINE_CHECK(options.clock != nullptr && options.rng != nullptr);
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  try {
    if (auto opened = state->open(std::move(projections)); !opened) return opened.error();
  } catch (const std::exception& e) {  // a view that cannot be read (view_store.cc)
    return Error{ErrorCode::corrupt,
                 std::string(e.what()) + "; delete the views folder: it is rebuilt from the log"};
  }
  std::unique_ptr<Engine> engine(new Engine(std::move(state)));
  if (auto begun = engine->begin_incarnation(); !begun) return begun.error();
  return engine;
}

// Nobody else has the engine yet, so nothing comes before it.
Result<void> Engine::begin_incarnation() {
  const auto beginning = unwritten_beginning(log());
  if (!beginning) return {};
  auto draft = make_draft(*decode_body(*beginning));
  if (!draft) return draft.error();
  std::vector<Draft> first;
  first.push_back(std::move(*draft));
  if (auto appended = append(std::move(first)); !appended) return appended.error();
  return {};
}

void Engine::submit(std::unique_ptr<Submission> submission) {
  std::vector<std::unique_ptr<Submission>> one;
  one.push_back(std::move(submission));
  submit(std::move(one));
}

void Engine::submit(std::vector<std::unique_ptr<Submission>> submissions) {
  state_->sequencer->submit(std::move(submissions));
}

Result<std::vector<Receipt>> Engine::append(std::vector<Draft> drafts) {
  std::promise<Result<std::vector<Receipt>>> answered;
  auto answer = answered.get_future();
  auto submission = std::make_unique<Submission>();
  submission->drafts = std::move(drafts);
  submission->into_reserve = true;
  submission->done = [&answered](std::unique_ptr<Submission> s) {
    answered.set_value(std::move(s->answer));
  };
  submit(std::move(submission));
  return answer.get();
}

Position Engine::applied() const { return state_->folder->applied(); }
const Log& Engine::log() const { return *state_->log; }
Folder& Engine::folder() { return *state_->folder; }
std::unique_ptr<ViewSnapshot> Engine::view(std::string_view projection) const {
  return state_->folder->view(projection);
}
const Past& Engine::past() const { return *state_->past; }
const FreeSpace& Engine::free_space() const { return *state_->free_space; }
std::size_t Engine::queued() const { return state_->sequencer->queued(); }
OriginId Engine::node() const { return state_->options.node; }
std::string Engine::source() const { return node_source(node().text()); }
Clock& Engine::clock() const { return *state_->options.clock; }
Rng& Engine::rng() const { return *state_->options.rng; }

void Engine::stop() {
  if (state_->stopped || !state_->sequencer) return;
  state_->stopped = true;
  state_->past->stop();
  state_->sequencer->stop();
  state_->folder->stop();
  state_->acked.reset();  // synced for the last time
  // The views can be rebuilt: a flush that fails costs time at the next start, and nothing else.
  static_cast<void>(state_->views->flush());
}

}  // namespace syncline
