#include "connectors/rate/address_group.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

namespace syncline {
namespace {

constexpr std::size_t kNetworkBytes = 8;

template <class Address>
std::string text(int family, const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> out{};
  return inet_ntop(family, &address, out.data(), out.size());
}

}  // namespace

std::string address_group(std::string_view peer) {
  const std::string bare(peer.substr(0, peer.find('%')));  // without the interface of a local one
  in6_addr address{};
  if (inet_pton(AF_INET6, bare.c_str(), &address) != 1) return std::string(peer);
  auto& bytes = address.s6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    in_addr inner{};
    std::copy(std::begin(bytes) + 12, std::end(bytes), reinterpret_cast<unsigned char*>(&inner));
    return text(AF_INET, inner);
  }
  std::fill(std::begin(bytes) + kNetworkBytes, std::end(bytes), std::uint8_t{0});
  return text(AF_INET6, address) + "/64";
}

}  // namespace syncline
