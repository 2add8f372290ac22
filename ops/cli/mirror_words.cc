#include "ops/cli/mirror_commands.h"
#include "ops/cli/shared_words.h"
#include "ops/cli/verb_families.h"

namespace syncline {
namespace {

void add_mirror(VerbWords& words, MirrorWhere& mirror) {
  words
      .option("--config", "FILE", "where [mirror] stands (else ./syncline.toml when it is there)",
              into(mirror.config))
      .option("--brokers", "HOST:PORT", "instead of mirror.brokers", into(mirror.brokers))
      .option("--prefix", "PREFIX", "of the topics, instead of mirror.prefix", into(mirror.prefix));
}

void add_status(const VerbWords& mirror) {
  const auto status = std::make_shared<MirrorStatusCommand>();
  VerbWords words = mirror.verb("status", "what Kafka has of which node", status);
  add_mirror(words, status->mirror);
  add_json(words, status->json);
  words.footer(
      "It asks Kafka alone. How far a server is behind its log is in its /v1/status and /metrics.");
}

void add_verify(const VerbWords& mirror) {
  const auto verify = std::make_shared<MirrorVerifyCommand>();
  VerbWords words = reading_verb(mirror, "verify", "hold Kafka's topics against the log", verify);
  add_mirror(words, verify->mirror);
  add_range(words, verify->from, verify->to);
  words.footer(
      "Each event of the log is in the topics once: with the same frame, hash, key and headers, in "
      "the\nsame order, and nothing else is there. It ends with 0 when all is well, else with 1 "
      "and "
      "the first\nthing that is wrong. What a later incarnation has replaced is named, and no "
      "fault.\n"
      "Example: syncline mirror verify --data data --brokers 127.0.0.1:9092");
}

void add_restore(const VerbWords& mirror) {
  const auto restore = std::make_shared<MirrorRestoreCommand>();
  VerbWords words = mirror.verb("restore", "make a data folder from Kafka's topics alone", restore);
  add_mirror(words, restore->mirror);
  words.option("--node", "ID", "whose log (else the only one that there is)", into(restore->node))
      .option("--into", "FOLDER", "the data folder: missing, or without a log", into(restore->into))
      .required();
  add_rate(words, restore->rate);
  add_json(words, restore->json);
  words.footer(
      "The same events at the same positions with the same hashes; the chain is followed on the "
      "way.\nWhat was not mirrored yet is not in it, so the log goes on under a new incarnation. "
      "One that was\ninterrupted is no log, and the same command goes on.\n"
      "Example: syncline mirror restore --brokers 127.0.0.1:9092 --into data");
}

}  // namespace

void add_mirror_verbs(VerbWords top) {
  const VerbWords mirror = top.group("mirror", "the copy of the log in Kafka");
  add_status(mirror);
  add_verify(mirror);
  add_restore(mirror);
}

}  // namespace syncline
