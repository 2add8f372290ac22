#include "connectors/append.h"

#include <atomic>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace syncline {

namespace asio = boost::asio;

namespace {

using Submissions = std::vector<std::unique_ptr<Submission>>;

// Submissions that came in together and go back together, to the coroutine that waits for them.
template <class Continue>
struct Group {
  Continue resume;
  // Keeps the server's threads running while an answer is on its way.
  decltype(asio::prefer(asio::get_associated_executor(std::declval<Continue&>()),
                        asio::execution::outstanding_work.tracked)) executor;
  Submissions answered;
  std::atomic<std::size_t> missing;

  Group(Continue c, std::size_t size)
      : resume(std::move(c)),
        executor(asio::prefer(asio::get_associated_executor(resume),
                              asio::execution::outstanding_work.tracked)),
        answered(size),
        missing(size) {}
};

// Runs on the fold thread, or inside submit(): hands over and returns.
template <class Continue>
void answer(std::shared_ptr<Group<Continue>> group, std::size_t index,
            std::unique_ptr<Submission> submission) {
  group->answered[index] = std::move(submission);
  if (group->missing.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  auto executor = std::move(group->executor);
  asio::post(executor, [group = std::move(group)]() mutable {
    auto resume = std::move(group->resume);
    auto answered = std::move(group->answered);
    group.reset();
    std::move(resume)(std::move(answered));
  });
}

asio::awaitable<Submissions> submit_all(Engine& engine, Submissions submissions) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Submissions)>(
      [&engine](auto handler, Submissions waiting) {
        using Continue = decltype(handler);
        auto group = std::make_shared<Group<Continue>>(std::move(handler), waiting.size());
        for (std::size_t i = 0; i < waiting.size(); ++i)
          waiting[i]->done = [group, i](std::unique_ptr<Submission> submission) {
            answer(group, i, std::move(submission));
          };
        group.reset();
        engine.submit(std::move(waiting));
      },
      asio::use_awaitable, std::move(submissions));
}

asio::awaitable<std::unique_ptr<Submission>> submit_one(Engine& engine,
                                                        std::unique_ptr<Submission> submission) {
  Submissions one;
  one.push_back(std::move(submission));
  Submissions answered = co_await submit_all(engine, std::move(one));
  co_return std::move(answered.front());
}

std::unique_ptr<Submission> of(Draft draft) {
  auto submission = std::make_unique<Submission>();
  submission->drafts.push_back(std::move(draft));
  return submission;
}

Result<Receipt> only_receipt(Submission& submission) {
  if (submission.answer.has_error()) return submission.answer.error();
  return std::move(submission.answer->front());
}

}  // namespace

asio::awaitable<Result<Receipt>> append(Engine& engine, Draft draft) {
  auto answered = co_await submit_one(engine, of(std::move(draft)));
  co_return only_receipt(*answered);
}

asio::awaitable<GroupAnswer> append_atomic(Engine& engine, std::vector<Draft> drafts) {
  auto submission = std::make_unique<Submission>();
  submission->drafts = std::move(drafts);
  auto answered = co_await submit_one(engine, std::move(submission));
  co_return GroupAnswer{std::move(answered->answer), answered->failed_draft};
}

asio::awaitable<std::vector<Result<Receipt>>> append_each(Engine& engine,
                                                          std::vector<Draft> drafts) {
  std::vector<Result<Receipt>> receipts;
  if (drafts.empty()) co_return receipts;
  Submissions submissions;
  submissions.reserve(drafts.size());
  for (Draft& draft : drafts) submissions.push_back(of(std::move(draft)));
  Submissions answered = co_await submit_all(engine, std::move(submissions));
  receipts.reserve(answered.size());
  for (const auto& submission : answered) receipts.push_back(only_receipt(*submission));
  co_return receipts;
}

asio::awaitable<Result<std::vector<Receipt>>> append_decided(Engine& engine, Decider decide) {
  auto submission = std::make_unique<Submission>();
  submission->decide = std::move(decide);
  auto answered = co_await submit_one(engine, std::move(submission));
  co_return std::move(answered->answer);
}

}  // namespace syncline
