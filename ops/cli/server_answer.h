// What a running server says beside what it was asked for, in words for a person. Pure.
#pragma once

#include <string_view>

#include "engine/error.h"
#include "ops/cli/http_client.h"

namespace syncline {

// Of an answer that is no success: its problem, and what to do. `timeout`: it may pass by itself.
Error refusal(const HttpAnswer& answer);
// Of one that is not what syncline answers.
Error not_ours(std::string_view target);

}  // namespace syncline
