#include "ops/cli/os_user.h"

#include <array>

#include <pwd.h>
#include <unistd.h>

namespace syncline {

std::string os_user() {
  const passwd* const entry = ::getpwuid(::getuid());
  const std::string user = entry == nullptr ? std::to_string(::getuid()) : entry->pw_name;
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) return user;
  return user + "@" + host.data();
}

}  // namespace syncline
