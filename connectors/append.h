// The bridge from a coroutine to the sequencer: suspends until the events are durable and folded.
#pragma once

#include <vector>

#include <boost/asio/awaitable.hpp>

#include "engine/engine.h"

namespace syncline {

boost::asio::awaitable<Result<Receipt>> append(Engine& engine, Draft draft);

// All or nothing.
struct GroupAnswer {
  Result<std::vector<Receipt>> receipts;
  std::size_t failed_draft = 0;
};
boost::asio::awaitable<GroupAnswer> append_atomic(Engine& engine, std::vector<Draft> drafts);

// Each on its own, in order; answers in order.
boost::asio::awaitable<std::vector<Result<Receipt>>> append_each(Engine& engine,
                                                                 std::vector<Draft> drafts);

boost::asio::awaitable<Result<std::vector<Receipt>>> append_decided(Engine& engine, Decider decide);

}  // namespace syncline
