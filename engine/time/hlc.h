// Hybrid logical clock (Kulkarni et al., 2014) of one origin: 48 bits of milliseconds, 16 of
// counter that carries into the milliseconds. Never goes back, across restarts too (it starts from
// the last event). A client's clock never moves it. Used by the sequencer's thread alone.
#pragma once

#include "schemas/types.h"

namespace syncline {

class HybridClock {
 public:
  explicit HybridClock(Hlc last) : last_(last) {}
  // Greater than every value before it.
  Hlc tick(Time physical);
  // Takes note of a foreign event's clock, so that ours is later.
  void observe(Hlc foreign);

 private:
  Hlc last_;
};

std::chrono::milliseconds physical_part(Hlc hlc);

}  // namespace syncline
