// An event before the sequencer has seen it: encoded and hashed on the caller's thread, so that the
// sequencer's thread only numbers, chains and writes. make_draft() checks the limits on names.
#pragma once

#include <optional>
#include <string>

#include "engine/error.h"
#include "engine/sha256.h"
#include "schemas/body.h"

namespace syncline {

class Draft {
 public:
  std::string_view bytes() const { return bytes_; }
  std::string_view id() const { return slice(id_); }
  std::string_view source() const { return slice(source_); }
  std::string_view subject() const { return slice(subject_); }
  const Hash& body_hash() const { return body_hash_; }

  // The producer gave the id: it is deduplicated for ever by (source, id), and a repeat must have
  // the same content.
  std::optional<Hash> content_hash;
  std::optional<Time> claim;  // what the merge stamp rests on; none: received_time
  std::optional<Time> sent;
  std::optional<Position> expected_version;  // the subject's last event; 0: none yet. Causal
  std::optional<Position> base_version;      // causal without the check

 private:
  friend Result<Draft> make_draft(const EventBody& body);
  struct Slice {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
  };
  std::string_view slice(Slice s) const {
    return std::string_view(bytes_).substr(s.offset, s.size);
  }

  std::string bytes_;  // the encoded body
  Hash body_hash_{};
  Slice id_, source_, subject_;
};

// `invalid` / `too_large` when a name is missing or too long. The claim is set by the type's rule
// (CONTRACTS 6): a session's last_activity, a beat's received_time, else the event's time.
Result<Draft> make_draft(const EventBody& body);

// SHA-256 of what makes two events with one id the same: type, subject, time, the canonical data
// (records: without `after`) and all else that its producer says (docs/log-format.md). Both are
// handed in as canonical JSON (or the exact bytes of data that is not JSON), because the engine
// reads none.
Hash content_hash(const EventBody& body, std::string_view canonical_data,
                  std::string_view canonical_extra);

}  // namespace syncline
