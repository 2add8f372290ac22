// What the mirror tells whoever measures it and writes the log. Called on the mirror's thread.
#pragma once

#include <cstddef>
#include <string>

#include "connectors/mirror/mirror_state.h"

namespace syncline {

class MirrorObserver {
 public:
  virtual ~MirrorObserver() = default;
  // It is in another state; `why` when that is not as it should be ("": it is).
  virtual void mirror_state(MirrorState /*state*/, const std::string& /*why*/) {}
  virtual void mirror_committed(std::size_t /*events*/, std::size_t /*bytes*/) {}
  virtual void mirror_aborted(const std::string& /*why*/) {}
  virtual void mirror_noticed(const std::string& /*what*/) {}
};

}  // namespace syncline
