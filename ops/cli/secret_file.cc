#include "ops/cli/secret_file.h"

#include <sys/stat.h>

namespace syncline {

bool others_can_read(const std::filesystem::path& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

std::string make_unreadable(const std::filesystem::path& file) {
  return file.string() + " holds secrets and others can read it; run `chmod 600 " + file.string() +
         '`';
}

}  // namespace syncline
