// A server from its configuration to its end: the engine, who may ask, the routes, the connectors
// and the sockets, in the order in which each needs the other. Made, listening, drained, gone.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "connectors/http/server.h"
#include "ops/cli/config.h"
#include "ops/cli/file_watch.h"
#include "ops/cli/handle_shares.h"
#include "ops/cli/logs.h"
#include "ops/cli/metrics.h"
#include "ops/cli/wiring.h"

namespace syncline {

class ServerProcess {
 public:
  // Opens the log, brings the views up, writes config.applied when it changed, hears whether Kafka
  // agrees where it is mirrored, then listens.
  static Result<std::unique_ptr<ServerProcess>> start(const Config& config, Logs& logs,
                                                      std::optional<AcceptedLoss> accept_loss);
  ~ServerProcess();

  std::string address() const;  // host:port, as chosen
  Position head() const;

  // Stops accepting, finishes requests, stops the connectors, flushes and closes. The error: why
  // the log was closed before.
  Result<void> drain();

 private:
  ServerProcess(const Config& config, HandleShares handles, Logs& logs);
  Result<void> open(std::optional<AcceptedLoss> accept_loss);
  Result<void> mirror();
  Result<void> listen();
  Instant instant() const;
  void read_views(Instant& now) const;
  void take_new_keys();  // of auth.jwks_file, on its watch's thread

  const Config config_;
  const HandleShares handles_;
  Logs& logs_;
  SystemClock clock_;
  SystemRng rng_;
  Metrics metrics_;
  const PayloadMappings mappings_;
  DeadlineFloor deadlines_;
  DeadlineFloor presence_deadlines_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Authenticator> authenticator_;
  std::unique_ptr<FileWatch> key_watch_;
  MirroredMark mirrored_;
  std::unique_ptr<Mirror> mirror_;
  std::unique_ptr<Router> router_;
  std::vector<std::unique_ptr<Connector>> connectors_;
  std::unique_ptr<HttpServer> server_;
  // For a scrape, which may come before start() has returned.
  std::atomic<HttpServer*> listening_ = nullptr;
};

}  // namespace syncline
