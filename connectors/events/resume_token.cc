#include "connectors/events/resume_token.h"

#include <charconv>

namespace syncline {
namespace {

constexpr std::size_t kHashDigits = 16;

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end;
}

// Cuts what stands behind the last dot off `text`.
std::optional<std::string_view> cut_last(std::string_view& text) {
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view part = text.substr(dot + 1);
  text = text.substr(0, dot);
  return part;
}

}  // namespace

std::string ResumeToken::text() const {
  return log + '.' + std::to_string(incarnation) + '.' + std::to_string(position.value) + '.' +
         hash;
}

std::optional<ResumeToken> ResumeToken::parse(std::string_view text) {
  ResumeToken token;
  const auto hash = cut_last(text);
  const auto position = cut_last(text);
  const auto incarnation = cut_last(text);
  if (!incarnation || text.empty() || hash->size() != kHashDigits) return std::nullopt;
  if (!read_number(*incarnation, token.incarnation)) return std::nullopt;
  if (!read_number(*position, token.position.value)) return std::nullopt;
  token.log = text;
  token.hash = *hash;
  return token;
}

ResumeToken token_of(const Log& log, const RecordHeader& header) {
  return {log.identity(), header.name.incarnation, header.position,
          hex(header.hash).substr(0, kHashDigits)};
}

Result<ResumeToken> token_at(const Log& log, Position position) {
  if (position == Position(0)) {
    return ResumeToken{log.identity(), 0, position, std::string(kHashDigits, '0')};
  }
  const auto frame = log.read(position);
  if (!frame) return frame.error();
  const auto header = decode_header(*frame);
  SYNCLINE_CHECK(header.has_value());  // read() has checked the frame
  return token_of(log, *header);
}

Result<Position> resume_at(const Log& log, const ResumeToken& token) {
  if (token.log != log.identity()) {
    return Error{ErrorCode::conflict, "the resume token belongs to another log; start without one"};
  }
  if (token.position <= log.head().position) {
    const auto here = token_at(log, token.position);
    if (!here) return here.error();
    if (*here == token) return token.position;
  }
  return Error{
      ErrorCode::conflict,
      "this log does not have the event at position " + std::to_string(token.position.value) +
          " that the resume token names: its tail was lost; read from an earlier position"};
}

}  // namespace syncline
