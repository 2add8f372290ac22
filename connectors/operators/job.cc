#include "connectors/operators/job.h"

#include <charconv>
#include <limits>

#include "connectors/cloudevents/media_type.h"
#include "connectors/http/problem.h"
#include "connectors/json/writer.h"
#include "engine/limits.h"

namespace syncline {
namespace {

using boost::asio::awaitable;
using std::chrono::milliseconds;

constexpr std::string_view kLines = "application/x-ndjson";

// How often a reader is told: soon at first, because most logs are small.
constexpr milliseconds kFirstLook{5}, kLongestLook{500};

// Where a worker leaves the answer.
struct Answer {
  std::mutex mutex;
  std::optional<Response> response;

  void leave(Response made) {
    const std::lock_guard lock(mutex);
    response = std::move(made);
  }
  std::optional<Response> take() {
    const std::lock_guard lock(mutex);
    return std::exchange(response, std::nullopt);
  }
};

Response done_by(const JobWork& work, Job& job) {
  Response response;
  try {
    response = work(job);
  } catch (const std::exception& e) {
    response = problem(Error{ErrorCode::io, e.what()});
  }
  job.finish();
  return response;
}

std::string progress_line(Job::Standing at) {
  std::string line;
  JsonWriter(line).begin_object().field("done", at.done).field("of", at.of).end_object();
  return line + '\n';
}

std::string last_line(const Response& response) {
  std::string line;
  JsonWriter(line)
      .begin_object()
      .key(response.status == 200 ? "result" : "problem")
      .raw(response.body)
      .end_object();
  return line + '\n';
}

awaitable<void> stream_job(Workers& workers, std::shared_ptr<Job> job, JobWork work,
                           StreamWriter& reader) {
  const auto answer = std::make_shared<Answer>();
  workers.start([job, work = std::move(work), answer] { answer->leave(done_by(work, *job)); });
  constexpr Position kNever(std::numeric_limits<std::uint64_t>::max());
  milliseconds look = kFirstLook;
  while (true) {
    co_await reader.wait_beyond(kNever, look);
    look = std::min(2 * look, kLongestLook);
    if (const auto response = answer->take()) {
      const std::string line = last_line(*response);
      co_await reader.write(line);
      co_return;
    }
    const std::string line = progress_line(job->standing());
    const bool gone = reader.closing() || !co_await reader.write(line);
    if (!gone) continue;
    job->tell(Onward::abandon);
    // Thrown: nobody takes what was sent for a whole answer.
    throw std::runtime_error("the reader of a job left, or the server stops");
  }
}

}  // namespace

Onward Job::go_on(Position done, Position of, std::uint64_t bytes) {
  std::unique_lock lock(mutex_);
  standing_ = {done, of};
  const auto pause = pace_.after(bytes, std::chrono::steady_clock::now());
  if (pause.count() > 0) {
    told_.wait_for(lock, pause, [this] { return onward_ != Onward::go_on; });
  }
  return onward_;
}

void Job::tell(Onward onward) {
  {
    const std::lock_guard lock(mutex_);
    onward_ = std::max(onward_, onward);
  }
  told_.notify_all();
}

void Job::finish() {
  const std::lock_guard lock(mutex_);
  over_ = true;
}

bool Job::over() const {
  const std::lock_guard lock(mutex_);
  return over_;
}

Job::Standing Job::standing() const {
  const std::lock_guard lock(mutex_);
  return standing_;
}

std::shared_ptr<Job> JobSlot::begin(std::string of, std::optional<std::uint64_t> bytes_per_second) {
  const std::lock_guard lock(mutex_);
  if (const auto before = running_.lock(); before && !before->over()) return nullptr;
  auto job = std::make_shared<Job>(std::move(of), bytes_per_second);
  running_ = job;
  return job;
}

bool JobSlot::tell(std::string_view of, Onward onward) {
  const std::lock_guard lock(mutex_);
  const auto job = running_.lock();
  if (!job || job->over() || job->of() != of) return false;
  job->tell(onward);
  return true;
}

void JobSlot::abandon() {
  const std::lock_guard lock(mutex_);
  if (const auto job = running_.lock()) job->tell(Onward::abandon);
}

std::variant<JobRate, Response> rate_of(const Request& request) {
  const auto text = request.query_value("rate");
  if (!text) return JobRate();
  std::uint64_t bytes = 0;
  const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), bytes);
  if (fault == std::errc() && end == text->data() + text->size() && bytes >= limits::kJobRate) {
    return JobRate(bytes);
  }
  return problem(400, "invalid_parameter", "`rate` is a whole number of bytes a second, from 1024");
}

Response ended(JobSlot& slot, std::string_view of) {
  if (!slot.tell(of, Onward::end_here)) {
    return problem(404, "not_found", "there is nothing to end: no such work is running");
  }
  Response response;
  response.status = 204;
  return response;
}

awaitable<Response> answer_with_job(const Request& request, Workers& workers,
                                    std::shared_ptr<Job> job, JobWork work) {
  const std::string_view accept = request.header("accept");
  if (accepts(accept, "application/json") || !accepts(accept, kLines)) {
    std::function<Response()> whole = [job = std::move(job), work = std::move(work)] {
      return done_by(work, *job);
    };
    co_return co_await workers.run<Response>(std::move(whole));
  }
  Response response;
  response.content_type = kLines;
  response.stream = [&workers, job = std::move(job), work = std::move(work)](StreamWriter& reader) {
    return stream_job(workers, job, work, reader);
  };
  co_return response;
}

}  // namespace syncline
