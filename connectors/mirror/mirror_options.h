// What the configuration says of the mirror ([mirror]).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "connectors/mirror/record_form.h"

namespace syncline {

struct MirrorOptions {
  std::string brokers{};  // "host:port,…"; "": no mirror
  std::string prefix = "syncline";
  MirrorFormat format = MirrorFormat::json;
  std::uint32_t partitions = 12;  // of topics that are made
  bool create_topics = true;
  // A broker aborts a transaction that has been open for so long, and fences its producer. Not to
  // be configured; tests have a shorter one.
  std::chrono::milliseconds transaction_timeout{60'000};
  // librdkafka's own properties, over what syncline sets. May hold secrets: never printed.
  std::vector<std::pair<std::string, std::string>> librdkafka{};
};

}  // namespace syncline
