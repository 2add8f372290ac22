#include "ops/cli/server_job.h"

#include "connectors/json/document.h"
#include "ops/cli/server_answer.h"

namespace syncline {
namespace {

// The lines of a job as they come, and what the last one said.
class JobLines {
 public:
  // False: this is not what a job says.
  bool take(std::string_view piece, const std::function<void(Position, Position)>& progress) {
    rest_.append(piece);
    std::size_t begin = 0;
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
      if (!take_line(std::string_view(rest_).substr(begin, end - begin), progress)) return false;
      begin = end + 1;
    }
    rest_.erase(0, begin);
    return true;
  }

  std::string result;   // "": none yet
  std::string problem;  // the same

 private:
  bool take_line(std::string_view line, const std::function<void(Position, Position)>& progress) {
    const auto said = document_.parse(line);
    if (said.has_error()) return false;
    if (const auto made = said->find("result")) result = made->raw();
    if (const auto wrong = said->find("problem")) problem = wrong->raw();
    if (!result.empty() || !problem.empty()) return true;
    const auto done = said->count_of("done"), of = said->count_of("of");
    if (!done || !of) return false;
    progress(Position(*done), Position(*of));
    return true;
  }

  JsonDocument document_;
  std::string rest_;
};

}  // namespace

Result<std::string> run_on_server(const HttpClient& client, const std::string& target,
                                  LongWork& work) {
  JobLines lines;
  bool told = false;
  const auto progress = [&](Position done, Position of) {
    if (work.go_on(done, of, 0) || told) return;
    told = true;
    // Its own answer comes on the first connection, whether this one is heard or not.
    static_cast<void>(client.send("DELETE", target.substr(0, target.find('?'))));
  };
  const HttpClient::Sink take = [&](std::string_view piece) { return lines.take(piece, progress); };
  auto answer = client.stream("POST", target, "application/x-ndjson", take);
  if (answer.has_error()) return answer.error();
  if (answer->status != 200) return refusal(*answer);
  if (!lines.problem.empty()) return refusal({.status = 200, .body = lines.problem});
  if (lines.result.empty()) return not_ours(target);
  return lines.result;
}

}  // namespace syncline
