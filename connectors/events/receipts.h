// The answers to POST /v1/events. They say what the sequencer decided and how far the mirror is,
// and nothing else that was read since, which may be ahead of the views.
#pragma once

#include <string>
#include <vector>

#include "connectors/cloudevents/cloudevent.h"
#include "connectors/http/problem.h"
#include "connectors/mirrored_mark.h"
#include "engine/engine.h"

namespace syncline {

// {position, id, duplicate, durable:true, mirrored}
void write_receipt(const Receipt& receipt, std::string_view id, const MirroredMark& mirrored,
                   JsonWriter& out);

// What is kept of a draft while the engine has it.
struct Sent {
  std::size_t index;  // in the request
  std::string id;
};
Sent sent(std::size_t index, const Draft& draft);

// Why a draft was not appended, in the words of this API: 409 `id_conflict`, 412
// `version_mismatch`…
struct Refusal {
  Rejection rejection;
  std::optional<Position> current;   // of 412: the version in `detail`, when it names one
  std::optional<std::size_t> index;  // of an atomic batch: the event that failed
};
Refusal refusal_of(const Error& error);

std::string refusal_json(const Refusal& refusal);  // the problem, as one item of a batch's results
Response refusal_response(const Refusal& refusal);

// Pointers and words for event `index` of a batch, when it fails as a whole.
void name_place(Refusal& refusal, std::size_t index);

}  // namespace syncline
