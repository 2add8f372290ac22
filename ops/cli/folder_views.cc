#include "ops/cli/folder_views.h"

#include <filesystem>

#include <stdlib.h>

#include "engine/fold/digest.h"
#include "engine/fold/folder.h"
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

ViewDigest digest_of(const Projection& projection, const ViewSnapshot& state) {
  return {std::string(projection.name()), projection.version(), state.position(),
          hex(digest(projection, state))};
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

Result<ViewDigest> folded_digest(Log& log, std::unique_ptr<Projection> projection,
                                 const ShowProgress& progress) {
  const TemporaryFolder scratch;
  if (scratch.path().empty()) {
    return Error{ErrorCode::io, "no temporary folder could be made; set TMPDIR to one with space"};
  }
  auto store = ViewStore::open(scratch.path(), nullptr);
  if (store.has_error()) return store.error();
  const Projection& folded = *projection;
  std::vector<std::unique_ptr<Projection>> only;
  only.push_back(std::move(projection));
  Folder folder(log, **store, nullptr, nullptr, std::move(only));
  if (auto caught_up = folder.catch_up(progress); caught_up.has_error()) return caught_up.error();
  return digest_of(folded, *folder.view(folded.name()));
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

Result<ViewDigest> folder_digest(const std::string& data, Log& log, const std::string& view,
                                 const ShowProgress& progress) {
  for (auto& projection : make_projections()) {
    if (projection->name() != view) continue;
    auto stored = stored_digest(data, log, *projection);
    if (stored.has_error()) return stored.error();
    if (*stored) return std::move(**stored);
    return folded_digest(log, std::move(projection), progress);
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
