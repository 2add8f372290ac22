#include "ops/cli/replay_cursor.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "connectors/json/document.h"
#include "connectors/json/writer.h"
#include "ops/cli/whole_file.h"

namespace syncline {

Result<std::optional<ReplayCursor>> read_cursor(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT) return std::optional<ReplayCursor>();
    return Error{ErrorCode::io, "the cursor " + path + " cannot be read: " + std::strerror(errno)};
  }
  const std::string text(std::istreambuf_iterator<char>(file), {});
  JsonDocument document;
  const auto json = document.parse(text);
  const auto position = json.has_error() ? std::nullopt : json->count_of("position");
  if (!position) {
    return Error{ErrorCode::invalid, path +
                                         " is no cursor of a replay; name another file, or "
                                         "remove it to begin anew"};
  }
  return std::optional(ReplayCursor{std::string(json->text_of("log")),
                                    std::string(json->text_of("to")),
                                    std::string(json->text_of("filter")), Position(*position)});
}

Result<void> keep_cursor(const std::string& path, const ReplayCursor& cursor) {
  std::string text;
  JsonWriter(text)
      .begin_object()
      .field("log", std::string_view(cursor.log))
      .field("to", std::string_view(cursor.to))
      .field("filter", std::string_view(cursor.chosen))
      .field("position", cursor.position)
      .end_object();
  text += '\n';
  auto written = replace_file(path, text);
  if (written.has_value()) return written;
  return Error{written.error().code, "the cursor " + written.error().message + "; event " +
                                         std::to_string(cursor.position.value) +
                                         " was taken, so go on with --from " +
                                         std::to_string(cursor.position.value + 1)};
}

}  // namespace syncline
