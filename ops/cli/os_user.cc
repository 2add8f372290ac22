#include "ops/cli/os_user.h"

#include <array>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace syncline {

std::string os_user() {
  const passwd* const entry = ::getpwuid(::getuid());
  const std::string user = entry == nullptr ? std::to_string(::getuid()) : entry->pw_name;
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) return user;
  return user + "@" + host.data();
}

Result<void> check_owner(const std::string& folder) {
  struct stat about {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &about) != 0 || about.st_uid == 0) return {};
  const std::string number = std::to_string(about.st_uid);
  const passwd* const entry = ::getpwuid(about.st_uid);
  const std::string name = entry == nullptr ? number : entry->pw_name;
  const std::string become = entry == nullptr ? "setpriv --reuid " + number + " --clear-groups"
                                              : "runuser -u " + name + " --";
  return Error{ErrorCode::invalid, folder + " belongs to the user " + name +
                                       ", who could not open what root writes into it; type `" +
                                       become + " syncline serve …`"};
}

}  // namespace syncline
