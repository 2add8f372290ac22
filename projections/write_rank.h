// Which of two writes to one thing counts: the greater. The merge stamp decides; what follows makes
// the order total, so that no two writes tie and every node that has both shows the same one.
#pragma once

#include "engine/log/record.h"

namespace syncline {

struct WriteRank {
  Time merge_stamp;
  Hlc hlc;
  EventName name;  // origin, incarnation, sequence

  auto operator<=>(const WriteRank&) const = default;
};

inline WriteRank rank_of(const RecordHeader& header) {
  return {header.merge_stamp, header.hlc, header.name};
}

}  // namespace syncline
