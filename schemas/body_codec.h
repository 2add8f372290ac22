// EventBody to FlatBuffers (schemas/event.fbs) and back. Only body_encode.cc and body_decode.cc
// see the generated types. Called on connector threads (encode) and fold threads (decode); no state
// but one builder and one aligned buffer per thread. Bytes may begin anywhere in memory.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schemas/body.h"

namespace syncline {

std::string encode_body(const EventBody& body);

// nullopt: the bytes are not a body. The result's texts point into `bytes`.
std::optional<EventBody> decode_body(std::string_view bytes);

// The same for bytes whose hash was checked already: skips FlatBuffers' verifier.
EventBody decode_trusted_body(std::string_view bytes);

}  // namespace syncline
