#include "engine/log/incarnation.h"

#include <algorithm>
#include <cstring>

#include "schemas/body_codec.h"
#include "schemas/subject.h"

namespace syncline {
namespace {

Incarnation last_written(const Log& log) {
  const auto last = log.last_header();
  return last ? last->name.incarnation : 0;
}

Incarnation last_noted(const Log& log) { return log.noted() ? log.noted()->incarnation : 0; }

}  // namespace

IncarnationNote incarnation_note(Incarnation begins, std::string_view node,
                                 const IncarnationReason& reason, Clock& clock, Rng& rng) {
  const Time now = clock.now();
  const std::string id = uuid7(now, rng);
  const std::string source = node_source(node);
  const std::string subject = node_subject(node);
  EventBody body;
  body.id = id;
  body.source = source;
  body.subject = subject;
  body.type = reason.type;
  body.payload = reason.why;
  body.event_time = std::chrono::floor<std::chrono::milliseconds>(now);
  return {begins, encode_body(body)};
}

Result<Incarnation> begin_incarnation(Log& log, const IncarnationReason& reason, Clock& clock,
                                      Rng& rng) {
  const Incarnation begins = next_incarnation(log) + 1;
  if (auto noted = log.note(incarnation_note(begins, log.node(), reason, clock, rng)); !noted) {
    return noted.error();
  }
  return begins;
}

Incarnation next_incarnation(const Log& log) {
  return std::max({last_written(log), last_noted(log), Incarnation{1}});
}

std::optional<std::string_view> unwritten_beginning(const Log& log) {
  if (last_noted(log) <= last_written(log)) return std::nullopt;
  return log.noted()->first_body;
}

std::string encode_note(const IncarnationNote& note) {
  std::string bytes(sizeof note.incarnation, '\0');
  std::memcpy(bytes.data(), &note.incarnation, sizeof note.incarnation);
  return bytes + note.first_body;
}

std::optional<IncarnationNote> decode_note(std::string_view bytes) {
  IncarnationNote note;
  if (bytes.size() < sizeof note.incarnation) return std::nullopt;
  std::memcpy(&note.incarnation, bytes.data(), sizeof note.incarnation);
  note.first_body = bytes.substr(sizeof note.incarnation);
  if (!decode_body(note.first_body)) return std::nullopt;
  return note;
}

}  // namespace syncline
