// An engine as a test wants it: with these options and these projections. Throws where it cannot be
// opened, which ends the test.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "engine/engine.h"

namespace syncline {

template <class... Projections>
std::unique_ptr<Engine> open_engine(EngineOptions options,
                                    std::unique_ptr<Projections>... projections) {
  std::vector<std::unique_ptr<Projection>> all;
  (all.push_back(std::move(projections)), ...);
  return Engine::open(std::move(options), std::move(all)).value();
}

}  // namespace syncline
