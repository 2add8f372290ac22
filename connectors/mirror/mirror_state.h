// The mirror's life as a table: which state follows which, by what a step came to. Pure: no Kafka,
// no clock.
//
//   connecting → fencing → reading_progress → catching_up ⇄ streaming
//        ↑ backing_off ←──────────┴──────────────┴─────────────┘
//   refusing (Kafka and the log disagree) and fenced (another instance took over) are final.
#pragma once

#include <cstdint>
#include <string_view>

#include "connectors/mirror/kafka_fault.h"

namespace syncline {

enum class MirrorState : std::uint8_t {
  connecting,        // to the brokers; topics are found, or made
  fencing,           // whoever else writes under this node's name is shut out
  reading_progress,  // how far Kafka has come, held against the log
  catching_up,       // transactions, one behind the other
  streaming,         // as events come
  backing_off,       // waits before it begins anew with another producer
  refusing,          // Kafka and the log disagree: a person must decide
  fenced,            // another process mirrors this node
};
inline constexpr std::size_t kMirrorStates = 8;
std::string_view name(MirrorState state);

enum class StepOutcome : std::uint8_t {
  done,     // and nothing waits
  behind,   // done, and much is left to send
  again,    // the transaction was aborted in order: it is begun anew
  failed,   // with this producer nothing more can be done
  refused,  // what was read forbids to go on
  fenced,
};

MirrorState next_state(MirrorState state, StepOutcome outcome);
constexpr bool is_final(MirrorState state) {
  return state == MirrorState::refusing || state == MirrorState::fenced;
}
// Events of this node reach Kafka.
constexpr bool is_sending(MirrorState state) {
  return state == MirrorState::catching_up || state == MirrorState::streaming;
}

// Of a fault outside of a transaction, or one that aborting did not cure.
StepOutcome outcome_of(FaultKind kind);

}  // namespace syncline
