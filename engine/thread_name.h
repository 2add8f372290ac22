// What `top -H`, `perf` and a debugger call a thread of ours.
#pragma once

#include <pthread.h>

namespace syncline {

// Of the thread that calls. At most 15 characters: the kernel keeps no more.
inline void name_this_thread(const char* name) { pthread_setname_np(pthread_self(), name); }

}  // namespace syncline
