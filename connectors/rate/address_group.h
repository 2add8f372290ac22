// Whom a limit per address counts as one. An IPv6 network of 64 bits is one subscriber's, who may
// use any address in it (RFC 7934), so all of it counts together; an IPv4 address that came as IPv6
// (RFC 4291, 2.5.5.2) counts as what it is. Pure.
#pragma once

#include <string>
#include <string_view>

namespace syncline {

// "192.0.2.7", "2001:db8:1:2::/64"; what is no address stays as it is.
std::string address_group(std::string_view peer);

}  // namespace syncline
