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
  while (range.from <= range.to && !reader.closing()) {
    std::function<Piece()> read = [&log, &mappings, range] {
      return read_piece(log, mappings, range);
    };
    const Piece piece = co_await workers.run<Piece>(std::move(read));
    // What could be read goes out; the missing rest is seen by whoever counts the lines.
    if (!piece.lines.empty() && !co_await reader.write(piece.lines)) co_return;
    if (piece.failed) throw std::runtime_error("the log could not be read");
    range.from = piece.next;
  }
}

}  // namespace syncline
