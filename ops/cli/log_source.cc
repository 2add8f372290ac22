#include "ops/cli/log_source.h"

#include <cstdlib>
#include <fstream>

namespace syncline {
namespace {

// "": there is none.
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

}  // namespace

Result<HttpClient> client_for(const Where& where) {
  auto address = server_address_from(where.server);
  if (address.has_error()) return address.error();
  auto token = presented_token(where);
  if (token.has_error()) return token.error();
  return HttpClient(std::move(*address), std::move(*token));
}

Result<std::unique_ptr<LogSource>> open_source(const Where& where) {
  return where.data.empty() ? open_server(where) : open_data_folder(where.data);
}

}  // namespace syncline
