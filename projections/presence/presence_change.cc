// u8 format (1), how many; each u8 action, text user, u8 id is a number, time, tally, u8 is there a
// second tally, that. A tally: text module, u64 total users, u64 active now, u64 today.
#include "projections/presence/presence_change.h"

#include "projections/packed.h"
#include "projections/presence/presence_keys.h"

namespace syncline {
namespace keys = presence_keys;
namespace {

constexpr std::uint8_t kFormat = 1;

void pack_tally(Packer& pack, const ModuleTally& tally) {
  pack.text(tally.module);
  pack.u64(tally.total_users);
  pack.u64(tally.active_now);
  pack.u64(tally.today);
}

ModuleTally unpack_tally(Unpacker& in) {
  ModuleTally tally;
  tally.module = in.text();
  tally.total_users = in.u64();
  tally.active_now = in.u64();
  tally.today = in.u64();
  return tally;
}

std::vector<PresenceChange> decode_changes(std::string_view value) {
  Unpacker in(value);
  SYNCLINE_CHECK(in.u8() == kFormat);
  std::vector<PresenceChange> changes(in.size());
  for (PresenceChange& change : changes) {
    change.action = static_cast<PresenceAction>(in.u8());
    change.user_id = in.text();
    change.user_id_is_number = in.u8() != 0;
    change.time = in.time();
    change.module = unpack_tally(in);
    if (in.u8() != 0) change.from = unpack_tally(in);
  }
  return changes;
}

}  // namespace

std::string_view name(PresenceAction action) {
  switch (action) {
    case PresenceAction::entered:
      return "entered";
    case PresenceAction::moved:
      return "moved";
    case PresenceAction::left:
      return "left";
    case PresenceAction::expired:
      break;
  }
  return "expired";
}

std::string encode_changes(const std::vector<PresenceChange>& changes) {
  std::string out;
  Packer pack(out);
  pack.u8(kFormat);
  pack.size(changes.size());
  for (const PresenceChange& change : changes) {
    pack.u8(static_cast<std::uint8_t>(change.action));
    pack.text(change.user_id);
    pack.u8(change.user_id_is_number ? 1 : 0);
    pack.time(change.time);
    pack_tally(pack, change.module);
    pack.u8(change.from ? 1 : 0);
    if (change.from) pack_tally(pack, *change.from);
  }
  return out;
}

std::vector<EventChanges> presence_changes(const ReadState& state, Position after,
                                           std::size_t limit) {
  std::vector<EventChanges> found;
  if (limit == 0) return found;
  state.scan(keys::kChanges, keys::changes(after.next()),
             [&](std::string_view key, std::string_view value) {
               found.push_back({keys::position_of_changes(key), decode_changes(value)});
               return found.size() < limit;
             });
  return found;
}

}  // namespace syncline
