// The counter of each (method, route, status) that was seen, found without a lock: an
// open-addressed table that only grows. A full table sends the rest the slow way, which is still
// right.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>

#include "connectors/http/message.h"

namespace syncline {

class RouteCounts {
 public:
  RouteCounts(prometheus::Family<prometheus::Counter>& requests,
              prometheus::Family<prometheus::Histogram>& seconds,
              prometheus::Histogram::BucketBoundaries buckets);

  struct Entry {
    Method method;
    std::string route;
    int status;
    prometheus::Counter* requests;
    prometheus::Histogram* seconds;
  };
  // Thread-safe. `route` is "" for what no route matched.
  const Entry& find(Method method, std::string_view route, int status);

 private:
  static constexpr std::size_t kSlots = 1024;  // far more than routes × statuses seen in practice

  const Entry& add(Method method, std::string_view route, int status, std::size_t slot);

  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& seconds_;
  const prometheus::Histogram::BucketBoundaries buckets_;
  std::array<std::atomic<const Entry*>, kSlots> slots_{};
  std::mutex mutex_;  // guards entries_, and slots_ against a second writer
  std::vector<std::unique_ptr<const Entry>> entries_;
};

}  // namespace syncline
