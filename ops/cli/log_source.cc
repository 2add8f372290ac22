#include "ops/cli/log_source.h"

#include <cstdlib>
#include <fstream>

namespace syncline {

Result<std::string> presented_token(const Where& where) {
  const std::string& file = where.token_file;
  if (file.empty()) {
    const char* token = std::getenv("SYNCLINE_TOKEN");
    return std::string(token == nullptr ? "" : token);
  }
  std::string token;
  if (!(std::ifstream(file) >> token)) {
    return Error{ErrorCode::not_found, "the token file " + file +
                                           " cannot be read or is empty; write one with "
                                           "`syncline token`"};
  }
  return token;
}

Result<std::unique_ptr<LogSource>> open_source(const Where& where) {
  if (!where.data.empty()) return open_data_folder(where.data);
  auto presented = presented_token(where);
  if (presented.has_error()) return presented.error();
  return open_server(where.server, std::move(*presented));
}

}  // namespace syncline
