// What is counted of the mirror, and what the log says of it: a change of its state where a person
// may want to know, and each new reason why it does not send, once. Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "connectors/mirror/mirror.h"
#include "ops/cli/logs.h"

namespace prometheus {
class Registry;
}

namespace syncline {

class MirrorFigures final : public MirrorObserver {
 public:
  MirrorFigures(prometheus::Registry& registry, Logs& logs);  // which outlive it
  ~MirrorFigures() override;

  void mirror_state(MirrorState state, const std::string& why) override;
  void mirror_committed(std::size_t events, std::size_t bytes) override;
  void mirror_aborted(const std::string& why) override;
  void mirror_noticed(const std::string& what) override;

  void set(const std::optional<MirrorStanding>& now);  // before a scrape; nullopt: there is none

 private:
  struct Families;
  Logs& logs_;
  std::unique_ptr<Families> families_;
  std::string last_why_;  // the mirror's thread's
};

}  // namespace syncline
