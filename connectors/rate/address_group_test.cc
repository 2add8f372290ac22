#include "connectors/rate/address_group.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

TEST(AddressGroup, IsANetworkOfIPv6AndAnAddressOfIPv4) {
  struct Case {
    const char* peer;
    const char* group;
  };
  constexpr Case kCases[] = {
      {"192.0.2.7", "192.0.2.7"},
      {"::ffff:192.0.2.7", "192.0.2.7"},
      {"::ffff:c000:207", "192.0.2.7"},
      {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
      {"2001:db8:1:2::", "2001:db8:1:2::/64"},
      {"2001:db8:1:3::1", "2001:db8:1:3::/64"},
      {"fe80::1%eth0", "fe80::/64"},
      {"::1", "::/64"},
      {"", ""},
      {"not an address", "not an address"},
  };
  for (const Case& c : kCases) EXPECT_EQ(address_group(c.peer), c.group) << c.peer;
}

}  // namespace
}  // namespace syncline
