// Who runs this program, for events that say who did something on the machine itself.
#pragma once

#include <string>

namespace syncline {

// "ann@host"; a user without a name is its number.
std::string os_user();

}  // namespace syncline
