// u8 format (1), rank, u8 id is a number, how many modules it was seen in, each text module, time
// last; text module, and, unless that is empty, time since, time present since, time deadline,
// texts page, resource, name.
#include "projections/presence/presence_record.h"

#include "projections/packed.h"

namespace syncline {
namespace {

constexpr std::uint8_t kFormat = 1;

}  // namespace

WriteRank mark_of(const RecordHeader& header) {
  return {header.received_time, header.hlc, header.name};
}

std::string encode_presence(const PresenceRecord& record) {
  std::string out;
  out.reserve(160 + record.page.size() + record.resource.size() + record.name.size());
  Packer pack(out);
  pack.u8(kFormat);
  pack.rank(record.mark);
  pack.u8(record.id_is_number ? 1 : 0);
  pack.size(record.seen.size());
  for (const auto& seen : record.seen) {
    pack.text(seen.module);
    pack.time(seen.last);
  }
  pack.text(record.module);
  if (record.module.empty()) return out;
  pack.time(record.since);
  pack.time(record.present_since);
  pack.time(record.deadline);
  for (const std::string_view text : {record.page, record.resource, record.name}) pack.text(text);
  return out;
}

PresenceRecord decode_presence(std::string_view value) {
  Unpacker in(value);
  SYNCLINE_CHECK(in.u8() == kFormat);
  PresenceRecord record;
  record.mark = in.rank();
  record.id_is_number = in.u8() != 0;
  record.seen.resize(in.size());
  for (auto& seen : record.seen) {
    seen.module = in.text();
    seen.last = in.time();
  }
  record.module = in.text();
  if (record.module.empty()) return record;
  record.since = in.time();
  record.present_since = in.time();
  record.deadline = in.time();
  for (const auto text :
       {&PresenceRecord::page, &PresenceRecord::resource, &PresenceRecord::name}) {
    record.*text = in.text();
  }
  return record;
}

}  // namespace syncline
