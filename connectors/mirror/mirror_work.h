// The steps of the mirror, one for each state in which it does something: the log on one side,
// Kafka on the other. It knows where it stands (a cursor into the log and the progress that Kafka
// has), and nothing of threads, pauses and back-off, which are mirror.h's. On the mirror's thread.
//
// Exactness: a transaction carries events and the progress record that covers them, and whatever
// became of it, the next producer first reads how far Kafka has come. So nothing here has to be
// certain about a commit that was not answered: it begins anew.
#pragma once

#include <atomic>
#include <optional>

#include "connectors/cloudevents/payload_mapping.h"
#include "connectors/mirror/mirror_kafka.h"
#include "connectors/mirror/mirror_observer.h"
#include "connectors/mirror/mirror_options.h"
#include "engine/engine.h"

namespace syncline {

class MirrorWork {
 public:
  // All of them outlive it. `stopping`: what is under way is given up soon.
  MirrorWork(const Engine& engine, const PayloadMappings& mappings, const MirrorOptions& options,
             MakeMirrorKafka make, MirrorObserver& observer, const std::atomic<bool>& stopping)
      : engine_(engine),
        mappings_(mappings),
        options_(options),
        make_(std::move(make)),
        observer_(observer),
        stopping_(stopping) {}

  // Of a state that is not final, and not backing_off.
  StepOutcome step(MirrorState state);

  const std::string& why() const { return why_; }  // of the last step that was not done
  Position cursor() const { return cursor_; }      // every event up to here is in Kafka

 private:
  struct Transaction {
    Position reached;
    MirrorProgress progress;
    std::size_t events = 0;
    std::size_t bytes = 0;
    std::chrono::steady_clock::time_point begun{};
  };

  StepOutcome connect();
  StepOutcome fence();
  StepOutcome read_progress();
  StepOutcome transact();

  StepOutcome go_on_from(const std::optional<MirrorProgress>& progress);
  KafkaResult<void> write_first_progress();
  KafkaResult<void> fill(Transaction& transaction);
  KafkaResult<void> add(Transaction& transaction, std::string_view frame, bool id_given);
  // Commits, or gives up once the broker has too. Its faults are not retriable.
  KafkaResult<void> commit(const Transaction& transaction);
  StepOutcome abort(const KafkaFault& fault, const Transaction& transaction);
  StepOutcome failed(const KafkaFault& fault);
  StepOutcome lost(const KafkaFault& fault, const Transaction& transaction);
  bool overtaken(const std::optional<MirrorProgress>& now) const;

  const Engine& engine_;
  const PayloadMappings& mappings_;
  const MirrorOptions& options_;
  const MakeMirrorKafka make_;
  MirrorObserver& observer_;
  const std::atomic<bool>& stopping_;

  std::unique_ptr<MirrorKafka> kafka_;
  FoundTopics topics_;
  Position cursor_;
  MirrorProgress progress_;  // of cursor_
  int aborts_ = 0;           // one behind the other
  // A transaction that the broker may have ended by itself, because it was open for too long.
  std::optional<Transaction> in_doubt_;
  std::string why_;
};

}  // namespace syncline
