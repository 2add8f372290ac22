// Long work that an operator asked for (a verification, a rebuild): it runs on a worker, no faster
// than asked, says how far it is, and can be told to end. The answer is its result as one JSON
// object; or, for a reader that accepts application/x-ndjson alone, a line {"done", "of"} now and
// then, and at the end {"result": …} or {"problem": …}.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "connectors/http/message.h"
#include "connectors/workers.h"
#include "engine/log/verify.h"
#include "engine/time/pace.h"

namespace syncline {

// Shared by the worker and whoever asked. Any thread.
class Job {
 public:
  // `of`: what it is done to, where there are several.
  Job(std::string of, std::optional<std::uint64_t> bytes_per_second)
      : of_(std::move(of)), pace_(bytes_per_second) {}

  // By the work: `bytes` more are done, and with them everything up to `done`. Waits as the rate
  // asks.
  Onward go_on(Position done, Position of, std::uint64_t bytes);
  void finish();
  // By others: end here with what is done, or end at once.
  void tell(Onward onward);

  struct Standing {
    Position done, of;
  };
  Standing standing() const;
  bool over() const;
  const std::string& of() const { return of_; }

 private:
  const std::string of_;
  mutable std::mutex mutex_;
  std::condition_variable told_;
  Pace pace_;
  Onward onward_ = Onward::go_on;
  Standing standing_;
  bool over_ = false;
};

// What a job does, on a worker: its answer.
using JobWork = std::function<Response(Job&)>;

// One kind of job, of which one runs at a time. Outlived by its jobs; any thread.
class JobSlot {
 public:
  // nullptr: one runs. It does until it is over, or nobody holds it any more.
  std::shared_ptr<Job> begin(std::string of, std::optional<std::uint64_t> bytes_per_second);
  bool tell(std::string_view of, Onward onward);  // false: none runs
  void abandon();                                 // whatever runs

 private:
  std::mutex mutex_;
  std::weak_ptr<Job> running_;
};

using JobRate = std::optional<std::uint64_t>;  // bytes a second; nullopt: no limit
// What `?rate=` asks for, or why it is refused.
std::variant<JobRate, Response> rate_of(const Request& request);
// Tells the one that runs on `of` to end here: 204, or 404 when none does.
Response ended(JobSlot& slot, std::string_view of);

boost::asio::awaitable<Response> answer_with_job(const Request& request, Workers& workers,
                                                 std::shared_ptr<Job> job, JobWork work);

}  // namespace syncline
