// What `log verify` found, as JSON: {ok, from, to, events, head: {position, hash}, seconds, fault:
// {position, what, remedy} | null, next}; a position is null where no event is meant. The server
// writes it, the CLI writes and reads it.
#pragma once

#include <optional>

#include "connectors/json/document.h"
#include "connectors/json/writer.h"
#include "engine/log/verify.h"

namespace syncline {

void write_verification(const Verification& seen, std::chrono::milliseconds took, JsonWriter& out);

// The member `fault` of it.
void write_fault(const std::optional<LogFault>& fault, JsonWriter& out);

// nullopt: it is not one.
std::optional<Verification> read_verification(const JsonValue& json);

}  // namespace syncline
