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

Error unknown_view(const std::string& view) {
  return {ErrorCode::not_found,
          "there is no view `" + view + "`; `syncline views list` names them"};
}

Error or_by_its_server(Error error) {
  if (error.code == ErrorCode::locked) {
    error.message += "; a server does it beside its work: --server http://HOST:PORT for --data";
  }
  return error;
}

Result<std::unique_ptr<LogSource>> open_source(const Where& where) {
  return where.data.empty() ? open_server(where) : open_data_folder(where.data);
}

}  // namespace syncline
