// u8 format (1), u64 present, u64 total users, time day from, time day to, u32 zone, u64 today. A
// count: u64.
#include "projections/presence/module_record.h"

#include "projections/packed.h"

namespace syncline {
namespace {

constexpr std::uint8_t kFormat = 1;

}  // namespace

std::string encode_module(const ModuleRecord& record) {
  std::string out;
  Packer pack(out);
  pack.u8(kFormat);
  pack.u64(record.present);
  pack.u64(record.total_users);
  pack.time(record.day.from);
  pack.time(record.day.to);
  pack.u32(record.zone);
  pack.u64(record.today);
  return out;
}

ModuleRecord decode_module(const std::optional<std::string>& value) {
  ModuleRecord record;
  if (!value) return record;
  Unpacker in(*value);
  SYNCLINE_CHECK(in.u8() == kFormat);
  record.present = in.u64();
  record.total_users = in.u64();
  record.day.from = in.time();
  record.day.to = in.time();
  record.zone = in.u32();
  record.today = in.u64();
  return record;
}

std::uint64_t decode_count(const std::optional<std::string>& value) {
  return value ? Unpacker(*value).u64() : 0;
}

std::string encode_count(std::uint64_t count) {
  std::string out;
  Packer(out).u64(count);
  return out;
}

}  // namespace syncline
