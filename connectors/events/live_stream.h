// Server-Sent Events that follow the log: the loop that live streams share. It waits until there is
// more, writes what the stream makes of it, and keeps silent connections alive. Each frame's `id`
// is a resume token, and so is each keep-alive's, so that a reader that comes back gets everything
// once. On the connection's thread.
#pragma once

#include <functional>
#include <string>

#include "connectors/http/message.h"
#include "engine/engine.h"
#include "engine/limits.h"

namespace syncline {

inline constexpr std::string_view kStreamType = "text/event-stream";
// One write: enough to keep a socket busy, little enough to hold for each reader.
inline constexpr std::size_t kPieceBytes = 256 * limits::kKiB;

struct StreamPiece {
  std::string frames;  // "": nothing of it is for this reader
  Position reached;    // everything up to here is in this piece, or in none
};
// Reads on behind `cursor`; applied() is beyond it. An error ends the stream, cut off.
using ReadPiece = std::function<Result<StreamPiece>(Position cursor)>;

// `first`: the frames that the stream begins with, its own `id` in them; "": none.
boost::asio::awaitable<void> follow(const Engine& engine, Position cursor, std::string first,
                                    ReadPiece read, StreamWriter& reader);

// A stream's answer; 406 when the request takes none.
Response stream_response(const Request& request,
                         std::function<boost::asio::awaitable<void>(StreamWriter&)> stream);

}  // namespace syncline
