// What CONTRACTS 1 says of sessions, written down a second time, slowly and without a state: every
// answer walks all events from the first. The projection is held against it.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "engine/fold/projection.h"
#include "projections/sessions/session_phase.h"

namespace syncline {

struct ModelSession {
  std::string user_id;
  std::string session_id;
  std::string own_id;
  SessionPhase phase;
  Time last_activity;
  Time updated_at;
  std::uint64_t position;
  std::uint64_t beat;  // position of the sync that is shown
  std::optional<Time> created_at;
  std::string license_type;
  std::string city;
  std::optional<bool> mfa_verified;
  std::optional<Time> sync_timestamp;
  std::string heartbeat_type;
  // When it expires or did; none: terminated.
  std::optional<Time> deadline;
  bool expiry_written;

  bool operator==(const ModelSession&) const = default;
};

class SessionsModel {
 public:
  // In the order of the log; the caller keeps them. Positions are contiguous, from 1.
  explicit SessionsModel(const std::deque<Event>& events) : events_(events) {}

  // What the last event did.
  Outcome last_outcome() const;
  // As of an instant that is not before the last event; in the order of (user id, external id).
  std::vector<ModelSession> sessions(Time now) const;

 private:
  const std::deque<Event>& events_;
};

}  // namespace syncline
