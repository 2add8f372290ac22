#include "ops/cli/folder_views.h"

#include <filesystem>

#include <stdlib.h>

#include "connectors/json/time_text.h"
#include "engine/clock.h"
#include "engine/fold/digest.h"
#include "engine/fold/folder.h"
#include "engine/limits.h"
#include "engine/past/past_view.h"
#include "ops/cli/wiring.h"

namespace syncline {
namespace {

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(std::filesystem::temp_directory_path() / "syncline-XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) path_.clear();
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }  // "" when it could not be made

 private:
  std::string path_;
};

std::string views_path(const std::string& data) { return data + "/views"; }

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

ViewDigest digest_of(const Projection& projection, const ReadState& state, Position position) {
  return {std::string(projection.name()),
          projection.version(),
          position,
          hex(digest(projection, state)),
          {}};
}

ViewDigest digest_of(const Projection& projection, const ViewSnapshot& state) {
  return digest_of(projection, state, state.position());
}

// nullopt: what is stored does not stand at the head.
Result<std::optional<ViewDigest>> stored_digest(const std::string& data, const Log& log,
                                                const Projection& projection) {
  if (!exists(views_path(data))) return std::optional<ViewDigest>{};
  auto store = ViewStore::open(views_path(data), nullptr, true);
  if (store.has_error()) return store.error();
  const auto serving = (*store)->serving(projection.name());
  if (!serving || serving->version != projection.version()) return std::optional<ViewDigest>{};
  const Head checkpoint = (*store)->checkpoint(serving->slot);
  if (checkpoint.position != log.head().position || checkpoint.hash != log.head().hash) {
    return std::optional<ViewDigest>{};
  }
  return {digest_of(projection, *(*store)->snapshot(serving->slot))};
}

// nullopt: what is kept of the past does not have it, or cannot be read, which a fold does not
// need.
std::optional<ViewDigest> past_digest(const std::string& data, const Log& log,
                                      const Projection& projection, Position position) {
  if (!projection.has_past() || !exists(data + "/past")) return std::nullopt;
  try {
    const auto store =
        PastStore::open({.path = data + "/past", .read_only = true, .projections = {&projection}});
    if (store.has_error()) return std::nullopt;
    const Head built = (*store)->boundary(projection, position);
    if (!log.holds(built)) return std::nullopt;
    const auto view = PastView::fold(**store, log, projection, position, limits::kPastEvents);
    if (view.has_error()) return std::nullopt;
    return digest_of(projection, **view, position);
  } catch (const ErrorThrown&) {
    return std::nullopt;
  }
}

Result<ViewDigest> folded_digest(const Log& log, const Projection& projection, Position position,
                                 const ShowProgress& progress) {
  const TemporaryFolder scratch;
  if (scratch.path().empty()) {
    return Error{ErrorCode::io, "no temporary folder could be made; set TMPDIR to one with space"};
  }
  auto store = ViewStore::open(scratch.path(), nullptr);
  if (store.has_error()) return store.error();
  const Slot slot = (*store)->new_slot();
  Build build(log, **store, {{&projection, slot}});
  const auto shown = [&progress](Position done, Position of, std::size_t) {
    progress(done, of);
    return true;
  };
  if (auto built = build.fold_to(position, shown); built.has_error()) return built.error();
  return digest_of(projection, *(*store)->snapshot(slot), position);
}

Result<ViewDigest> digest_at(const std::string& data, const Log& log, const Projection& projection,
                             const Asked& at, const ShowProgress& progress) {
  const auto moment = moment_of(log, at, SystemClock().now());
  if (moment.has_error()) return moment.error();
  auto found = past_digest(data, log, projection, moment->position);
  auto digest = found ? Result<ViewDigest>(std::move(*found))
                      : folded_digest(log, projection, moment->position, progress);
  if (digest.has_value()) digest->as_of = to_iso_exact(moment->time);
  return digest;
}

}  // namespace

Result<std::vector<ProjectionStanding>> stored_views(const std::string& data, const Log& log) {
  std::unique_ptr<ViewStore> store;
  if (exists(views_path(data))) {
    auto opened = ViewStore::open(views_path(data), nullptr, true);
    if (opened.has_error()) return opened.error();
    store = std::move(*opened);
  }
  const Position head = log.head().position;
  std::vector<ProjectionStanding> all;
  for (const auto& projection : make_projections()) {
    ProjectionStanding view{std::string(projection->name()), projection->version(), Position(),
                            head.value};
    if (const auto serving = store ? store->serving(projection->name()) : std::nullopt) {
      view.version = serving->version;
      view.position = store->checkpoint(serving->slot).position;
      view.lag = head.value - std::min(head, view.position).value;
    }
    all.push_back(std::move(view));
  }
  return all;
}

Result<ViewDigest> folder_digest(const std::string& data, const Log& log, const std::string& view,
                                 const std::optional<Asked>& at, const ShowProgress& progress) {
  for (const auto& projection : make_projections()) {
    if (projection->name() != view) continue;
    if (at) return digest_at(data, log, *projection, *at, progress);
    auto stored = stored_digest(data, log, *projection);
    if (stored.has_error()) return stored.error();
    if (*stored) return std::move(**stored);
    return folded_digest(log, *projection, log.head().position, progress);
  }
  return unknown_view(view);
}

Result<ViewDigest> rebuild_in_folder(const std::string& data, const std::string& view,
                                     LongWork& work) {
  auto log = Log::open({.path = data + "/log"});
  if (log.has_error()) return log.error();
  auto store = ViewStore::open(views_path(data), nullptr);
  if (store.has_error()) return store.error();
  Folder folder(**log, **store, nullptr, nullptr, make_projections());
  const Projection* projection = folder.projection(view);
  if (projection == nullptr) return unknown_view(view);
  const auto shown = [&work](Position done, Position of) {
    static_cast<void>(work.go_on(done, of, 0));
  };
  if (auto caught_up = folder.catch_up(shown); caught_up.has_error()) return caught_up.error();
  const auto go_on = [&work](Position done, Position of, std::size_t bytes) {
    return work.go_on(done, of, bytes);
  };
  if (auto built = folder.rebuild(view, go_on); built.has_error()) return built.error();
  if (auto flushed = (*store)->flush(); flushed.has_error()) return flushed.error();
  return digest_of(*projection, *folder.view(view));
}

}  // namespace syncline
