// What the presence projection keeps of one user: where it is, as far as that is written, and when
// it was last seen where. Pure; the shape on disk stands in presence_record.cc alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "projections/write_rank.h"

namespace syncline {

struct PresenceRecord {
  struct Seen {
    std::string_view module;
    Time last;
  };

  WriteRank mark;  // the newest beat or clear; its stamp is when it was received
  bool id_is_number = false;
  std::string_view module;  // "": in none; all below up to `seen` is of use only in one
  Time since;               // in this module
  Time present_since;       // in one after the other
  Time deadline;
  std::string_view page, resource, name;
  std::vector<Seen> seen;  // by first time

  bool there(Time now) const { return !module.empty() && now < deadline; }
};

// A user's marks are ordered by when they were received.
WriteRank mark_of(const RecordHeader& header);

std::string encode_presence(const PresenceRecord& record);
PresenceRecord decode_presence(std::string_view value);  // texts point into `value`

}  // namespace syncline
