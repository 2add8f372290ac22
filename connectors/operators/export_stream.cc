#include "connectors/operators/export_stream.h"

namespace syncline {
namespace {

// One write to the socket: enough to keep it busy, little enough to hold for each reader.
constexpr std::size_t kPieceBytes = 256 * 1024;

struct Piece {
  std::string lines;
  Position next;  // where the following piece begins
  bool failed = false;
};

Piece read_piece(const Log& log, const PayloadMappings& mappings, ExportRange range) {
  Piece piece;
  piece.next = range.from;
  const auto scanned =
      log.scan(range.from, range.to, [&](Position position, std::string_view frame) {
        piece.lines += cloudevent_line(decode_frame(frame), mappings);
        piece.lines += '\n';
        piece.next = position.next();
        return piece.lines.size() < kPieceBytes;
      });
  piece.failed = scanned.has_error() || piece.next == range.from;
  return piece;
}

}  // namespace

boost::asio::awaitable<void> stream_export(const Log& log, const PayloadMappings& mappings,
                                           Workers& workers, ExportRange range,
                                           StreamWriter& reader) {
  while (range.from <= range.to) {
    std::function<Piece()> read = [&log, &mappings, range] {
      return read_piece(log, mappings, range);
    };
    const Piece piece = co_await workers.run<Piece>(std::move(read));
    if (!piece.lines.empty() && !co_await reader.write(piece.lines)) co_return;
    range.from = piece.next;
    const bool whole = range.from > range.to;
    // Thrown: the answer then breaks off without its last chunk, and nobody takes it for a whole
    // one.
    if (!whole && (piece.failed || reader.closing())) throw std::runtime_error("export broke off");
  }
}

}  // namespace syncline
