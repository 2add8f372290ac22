// How the log lies in RocksDB (docs/log-format.md): format, column families, keys of its own, and
// the options it is opened with, each with its reason. Included by .cc files of engine/log alone.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/db.h>

namespace syncline {

// 2: `incarnation` in "meta". A log of format 1 becomes one of format 2 when it is first written.
inline constexpr std::uint64_t kFormatVersion = 2;
// Beside the version until log_builder.h has written the last event: no program takes it for a log.
inline constexpr std::uint64_t kHalfBuilt = std::uint64_t{1} << 63;
std::string half_built(const std::string& path);  // as a sentence that says what to do

// Keys of the family "meta".
inline constexpr std::string_view kFormatKey = "format";
inline constexpr std::string_view kIdentityKey = "identity";
inline constexpr std::string_view kNodeKey = "node";
inline constexpr std::string_view kIncarnationKey = "incarnation";

// In the order of Family below.
inline constexpr std::array<const char*, 6> kFamilies = {"default",  "events",   "ids",
                                                         "subjects", "delivery", "meta"};
enum Family { kDefault, kEvents, kIds, kSubjects, kDelivery, kMeta };

rocksdb::DBOptions db_options();
std::vector<rocksdb::ColumnFamilyDescriptor> family_descriptors();

}  // namespace syncline
