// Writes `login.refused` events: what the authenticator has refused is asked for once a second, on
// a thread of its own, and submitted as everything else is. An event that the log does not take (a
// full disk) is not tried again; the metrics have counted its refusals all the same.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string_view>
#include <thread>

#include "connectors/auth/authenticator.h"
#include "connectors/connector.h"
#include "engine/engine.h"

namespace syncline {

// Subject `login/<address>`; data `{address, from, to, attempts, reasons: {<name>: <attempts>}}`.
// Nothing of a credential is in it. Pure.
Draft refused_login_draft(const RefusedLogin& login, std::string_view source, std::string_view id);

class RefusedLoginWriter final : public Connector {
 public:
  RefusedLoginWriter(Engine& engine, Authenticator& authenticator);  // which outlive it
  ~RefusedLoginWriter() override { stop(); }
  void stop() override;  // may be called again

 private:
  void run();
  void write_due();

  Engine& engine_;
  Authenticator& authenticator_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace syncline
