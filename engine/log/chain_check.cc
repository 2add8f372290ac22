#include "engine/log/chain_check.h"

namespace syncline {
namespace {

std::string number(std::uint64_t n) { return std::to_string(n); }

// Both of one origin, `last` before `next`.
std::string fault_between(const RecordHeader& last, const RecordHeader& next) {
  const std::string before = "event " + number(last.position.value);
  if (next.name.sequence != last.name.sequence.next()) {
    return "is called " + next.name.text() + " where " + before + " before it is called " +
           last.name.text();
  }
  if (next.name.incarnation < last.name.incarnation) {
    return "is of incarnation " + number(next.name.incarnation) + " behind " + before + " of " +
           number(last.name.incarnation);
  }
  if (next.previous_hash != last.hash) {
    return "does not follow " + before + " in the hash chain: it was made behind another event";
  }
  if (next.hlc <= last.hlc) return "has a logical clock that is not ahead of that of " + before;
  if (next.received_time < last.received_time) return "was received before " + before;
  return "";
}

}  // namespace

std::string ChainCheck::fault_of(const RecordHeader& header) {
  std::string fault;
  if (append_time_ && header.append_time < *append_time_) {
    fault = "has an append time before that of the event before it";
  }
  append_time_ = header.append_time;
  const auto [last, first] = last_.try_emplace(header.name.origin, header);
  if (first) {
    if (fault.empty() && from_start_) fault = fault_of_first(header);
  } else {
    if (fault.empty()) fault = fault_between(last->second, header);
    last->second = header;
  }
  return fault;
}

std::string ChainCheck::fault_of_first(const RecordHeader& header) const {
  if (header.name.sequence != Sequence(1)) {
    return "is called " + header.name.text() + " and is the first of its origin";
  }
  if (header.previous_hash != Hash{}) {
    return "is the first of its origin, and was made behind another event";
  }
  return "";
}

}  // namespace syncline
