// What is asked of the views, which the log is folded into.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/past/moment.h"
#include "ops/cli/command.h"

namespace syncline {

struct ViewsListCommand {
  Where where;
  bool json = false;
};

struct ViewsDigestCommand {
  Where where;
  std::string name;  // "": all
  bool json = false;
};

struct ViewsShowCommand {
  Where where;
  std::string name;
  std::optional<Asked> at;  // nullopt: now
  bool json = false;
};

struct ViewsRebuildCommand {
  Where where;
  std::string name;
  std::optional<std::uint64_t> rate;  // bytes a second
  bool json = false;
};

Exit run(const ViewsListCommand& command);
Exit run(const ViewsDigestCommand& command);
Exit run(const ViewsShowCommand& command);
Exit run(const ViewsRebuildCommand& command);

}  // namespace syncline
