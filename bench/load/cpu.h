// CPU time as the kernel accounts for it, in seconds of user and system time together.
#pragma once

#include <sys/types.h>

namespace syncline::load {

double own_cpu_seconds();

// Of a process and everything below it (PostgreSQL has a process for each client); 10 ms fine.
double tree_cpu_seconds(pid_t root);

}  // namespace syncline::load
