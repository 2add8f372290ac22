#include "ops/cli/route_counts.h"

#include <algorithm>

namespace syncline {
namespace {

bool same(const RouteCounts::Entry& entry, Method method, std::string_view route, int status) {
  return entry.method == method && entry.status == status && entry.route == route;
}

}  // namespace

RouteCounts::RouteCounts(prometheus::Family<prometheus::Counter>& requests,
                         prometheus::Family<prometheus::Histogram>& seconds,
                         prometheus::Histogram::BucketBoundaries buckets)
    : requests_(requests), seconds_(seconds), buckets_(std::move(buckets)) {}

const RouteCounts::Entry& RouteCounts::find(Method method, std::string_view route, int status) {
  const std::size_t hash = std::hash<std::string_view>{}(route)*31 +
                           static_cast<std::size_t>(method) * 1009 +
                           static_cast<std::size_t>(status);
  for (std::size_t step = 0; step < kSlots; ++step) {
    const std::size_t slot = (hash + step) % kSlots;
    const Entry* entry = slots_[slot].load(std::memory_order_acquire);
    if (entry == nullptr) return add(method, route, status, slot);
    if (same(*entry, method, route, status)) return *entry;
  }
  return add(method, route, status, kSlots);
}

const RouteCounts::Entry& RouteCounts::add(Method method, std::string_view route, int status,
                                           std::size_t slot) {
  const std::lock_guard lock(mutex_);
  auto known = std::find_if(entries_.begin(), entries_.end(),
                            [&](const auto& entry) { return same(*entry, method, route, status); });
  if (known == entries_.end()) {
    const std::string label = route.empty() ? "none" : std::string(route);
    auto& requests = requests_.Add({{"method", std::string(name(method))},
                                    {"route", label},
                                    {"status", std::to_string(status)}});
    auto& seconds = seconds_.Add({{"route", label}}, buckets_);
    entries_.push_back(std::make_unique<const Entry>(
        Entry{method, std::string(route), status, &requests, &seconds}));
    known = std::prev(entries_.end());
  }
  // Another writer may have taken the slot meanwhile: the next search ends at a later one.
  if (slot < kSlots && slots_[slot].load(std::memory_order_relaxed) == nullptr) {
    slots_[slot].store(known->get(), std::memory_order_release);
  }
  return **known;
}

}  // namespace syncline
