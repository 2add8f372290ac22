#include "connectors/operators/export_stream.h"

namespace syncline {
namespace {

struct Piece {
  std::string text;
  Position next;  // where the following piece begins
  bool failed = false;
};

Piece read_piece(const Log& log, const ExportJob& job, ExportText& text) {
  Piece piece;
  const auto next =
      read_chosen(log, job.range, job.filter, [&](Position, std::string_view frame, bool id_given) {
        text.event(frame, id_given, piece.text);
        return true;
      });
  piece.failed = next.has_error();
  if (next.has_value()) piece.next = *next;
  return piece;
}

}  // namespace

boost::asio::awaitable<void> stream_export(const Log& log, const PayloadMappings& mappings,
                                           Workers& workers, ExportJob job, StreamWriter& reader) {
  ExportText text(job.format, log.name(), mappings);
  std::string opening;
  text.begin(job.range.from, job.range.to, opening);
  if (!opening.empty() && !co_await reader.write(opening)) co_return;
  while (job.range.from <= job.range.to) {
    std::function<Piece()> read = [&log, &job, &text] { return read_piece(log, job, text); };
    const Piece piece = co_await workers.run<Piece>(std::move(read));
    if (!piece.text.empty() && !co_await reader.write(piece.text)) co_return;
    job.range.from = piece.next;
    const bool whole = !piece.failed && job.range.from > job.range.to;
    // Thrown: the answer then breaks off without its last chunk, and nobody takes it for a whole
    // one.
    if (!whole && (piece.failed || reader.closing())) throw std::runtime_error("export broke off");
  }
  std::string ending;
  text.end(ending);
  if (!ending.empty() && !co_await reader.write(ending)) co_return;
}

}  // namespace syncline
