// A file with secrets in it that others on the machine may read, and what to type then. The
// configuration and the headers of a replay are such files; it is said, and stops nothing: a group
// that reads one is often meant to.
#pragma once

#include <filesystem>
#include <string>

namespace syncline {

// False, too, when there is no such file.
bool others_can_read(const std::filesystem::path& file);
// "… holds secrets and others can read it; run …"
std::string make_unreadable(const std::filesystem::path& file);

}  // namespace syncline
