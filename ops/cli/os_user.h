// Who runs this program: for events that say who did something on the machine itself, and because
// root can write where the one who comes after cannot.
#pragma once

#include <string>

#include "engine/error.h"

namespace syncline {

// "ann@host"; a user without a name is its number.
std::string os_user();

// `invalid`: this is root, and the folder is another user's, who could not open what root writes
// into it. A folder that is not there yet is whoever's who makes it.
Result<void> check_owner(const std::string& folder);

}  // namespace syncline
