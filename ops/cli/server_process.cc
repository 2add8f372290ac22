#include "ops/cli/server_process.h"

#include "connectors/status/standing.h"
#include "engine/limits.h"
#include "ops/cli/applied_config.h"
#include "ops/cli/credentials.h"
#include "ops/cli/progress_line.h"
#include "projections/presence/presence_view.h"
#include "projections/sessions/sessions_view.h"

namespace syncline {
namespace {

// Of the disk that the folder is on, or will be.
std::uint64_t disk_size(std::filesystem::path folder) {
  std::error_code failed;
  folder = std::filesystem::absolute(folder, failed);
  while (!std::filesystem::exists(folder, failed) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  const auto space = std::filesystem::space(folder, failed);
  return failed ? 0 : space.capacity;
}

}  // namespace

Result<std::unique_ptr<ServerProcess>> ServerProcess::start(
    const Config& config, Logs& logs, std::optional<AcceptedLoss> accept_loss) {
  const auto handles = share_handles(handle_limit());
  if (!handles) {
    return Error{ErrorCode::io, "this process may open " + std::to_string(handle_limit()) +
                                    " files, and needs " + std::to_string(kHandlesMin) +
                                    "; raise `ulimit -n` (LimitNOFILE= in a systemd unit)"};
  }
  std::unique_ptr<ServerProcess> process(new ServerProcess(config, *handles, logs));
  if (auto opened = process->open(std::move(accept_loss)); opened.has_error())
    return opened.error();
  if (auto mirrored = process->mirror(); mirrored.has_error()) return mirrored.error();
  if (auto listening = process->listen(); listening.has_error()) return listening.error();
  return process;
}

ServerProcess::ServerProcess(const Config& config, HandleShares handles, Logs& logs)
    : config_(config),
      handles_(handles),
      logs_(logs),
      metrics_(logs),
      mappings_(make_payload_mappings(config)) {}

ServerProcess::~ServerProcess() { static_cast<void>(drain()); }

Result<void> ServerProcess::open(std::optional<AcceptedLoss> accept_loss) {
  ProgressLine progress("folding the log into the views");
  auto opened = Engine::open(
      {.data = config_.data.string(),
       .node = config_.node,
       .clock = &clock_,
       .rng = &rng_,
       .observer = &metrics_,
       .accept_loss = std::move(accept_loss),
       .reserve = config_.reserve.value_or(default_reserve(disk_size(config_.data))),
       .log_files = handles_.log_files,
       .view_files = handles_.view_files,
       .past_events = limits::kPastEvents,
       .past_files = handles_.past_files,
       .progress = [&progress](Position done, Position of) { progress.show(done, of); }},
      make_projections());
  if (opened.has_error()) return opened.error();
  engine_ = std::move(*opened);
  // A folder that is on an unmounted disk, or misspelt, is an empty one too: who looks can see it.
  if (const Log& log = engine_->log(); log.head().position == Position()) {
    logs_.info("the folder held no log: a new one begins",
               {{"folder", std::filesystem::absolute(config_.data).string()},
                {"identity", log.identity()}});
  }
  auto written = apply_config(*engine_, applied_config(config_));
  if (written.has_error()) return written.error();
  return {};
}

Result<void> ServerProcess::mirror() {
  auto made = make_mirror(config_, *engine_, mappings_, metrics_.mirror(), mirrored_);
  if (made.has_error()) return made.error();
  mirror_ = std::move(*made);
  return {};
}

Result<void> ServerProcess::listen() {
  const FileStamp key_stamp = stamp_of(config_.jwks_file);  // before its file is read
  auto keys = key_ring(config_);
  if (keys.has_error()) return keys.error();
  authenticator_ = std::make_unique<Authenticator>(auth_options(config_), std::move(*keys), clock_);
  if (!config_.jwks_file.empty()) {
    key_watch_ = std::make_unique<FileWatch>(config_.jwks_file, key_stamp, limits::kFilePoll,
                                             [this] { take_new_keys(); });
  }
  router_ = std::make_unique<Router>(
      RouterOptions{.allowed_origins = config_.allowed_origins, .rate = config_.address_rate},
      *engine_, *authenticator_, metrics_);
  connectors_ = make_connectors({.config = config_,
                                 .engine = *engine_,
                                 .authenticator = *authenticator_,
                                 .router = *router_,
                                 .mappings = mappings_,
                                 .deadlines = deadlines_,
                                 .presence_deadlines = presence_deadlines_,
                                 .metrics_text = [this] { return metrics_.text(instant()); },
                                 .mirrored = mirrored_,
                                 .mirror = mirror_.get(),
                                 .started = clock_.now()});
  auto started = HttpServer::start({.host = config_.listen.host,
                                    .port = config_.listen.port,
                                    .max_connections = handles_.connections},
                                   *router_, *engine_, metrics_);
  if (started.has_error()) return started.error();
  server_ = std::move(*started);
  listening_ = server_.get();
  return {};
}

void ServerProcess::take_new_keys() {
  auto keys = key_ring(config_);
  if (keys.has_error()) {
    logs_.error("the changed keys are not taken, those from before hold",
                {{"why", keys.error().message}});
    return;
  }
  authenticator_->use(std::move(*keys));
  logs_.info("the changed keys hold from now on", {{"file", config_.jwks_file.string()}});
}

std::string ServerProcess::address() const {
  return ListenAddress{config_.listen.host, server_->port()}.text();
}

Position ServerProcess::head() const { return engine_->log().head().position; }

Instant ServerProcess::instant() const {
  Instant now;
  now.head = engine_->log().head().position.value;
  now.log_closed = engine_->log().closed().has_value();
  now.disk_free = engine_->free_space().bytes().value_or(0);
  now.disk_reserve = engine_->free_space().reserve();
  now.queued = engine_->queued();
  if (mirror_) now.mirror = mirror_->standing();
  const HttpServer* server = listening_;
  now.connections = server == nullptr ? 0 : server->connections();
  try {
    read_views(now);
  } catch (const ErrorThrown&) {
    // It is counted already (read_failed), and the other figures are wanted all the more.
  }
  return now;
}

void ServerProcess::read_views(Instant& now) const {
  for (const auto& projection : projection_standings(*engine_)) {
    now.projection_lag.emplace_back(projection.name, projection.lag);
    if (const auto lag = engine_->past().lag(projection.name)) {
      now.past_lag.emplace_back(projection.name, *lag);
    }
  }
  const auto view = engine_->view("sessions");
  const SessionCounts sessions =
      count_sessions(*view, engine_->clock().now(), deadlines_.of(*view, view->position()));
  now.sessions = {{"active", sessions.active},
                  {"idle", sessions.idle},
                  {"terminated", sessions.terminated},
                  {"expired", sessions.expired}};
  const auto presence = engine_->view("presence");
  for (const ModuleCounts& module :
       count_presence(*presence, engine_->clock().now(),
                      presence_deadlines_.of(*presence, presence->position()))
           .modules) {
    now.presences.emplace_back(module.id, module.active_now);
  }
}

Result<void> ServerProcess::drain() {
  mirrored_.end();  // whoever waits for it is answered with what is known
  if (server_ != nullptr) server_->drain();
  for (auto each = connectors_.rbegin(); each != connectors_.rend(); ++each) (*each)->stop();
  listening_ = nullptr;
  key_watch_.reset();
  server_.reset();
  connectors_.clear();
  router_.reset();
  mirror_.reset();
  if (engine_ == nullptr) return {};
  engine_->stop();
  const auto closed = engine_->log().closed();
  engine_.reset();
  if (closed) return *closed;
  return {};
}

}  // namespace syncline
