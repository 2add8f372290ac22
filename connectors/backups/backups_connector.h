// Mounts POST, DELETE and GET /v1/backups.
#pragma once

#include <memory>
#include <string>

#include "connectors/connector.h"
#include "connectors/http/router.h"

namespace syncline {

struct BackupsOptions {
  std::string data{};     // the folder that the engine was opened on
  std::string folder{};   // where backups go; "": none are made
  std::string program{};  // version
};

std::unique_ptr<Connector> make_backups_connector(Router& router, Engine& engine,
                                                  BackupsOptions options);

}  // namespace syncline
