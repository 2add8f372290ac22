#include "connectors/append.h"

#include <type_traits>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connectors/exchange.h"

namespace syncline {

namespace asio = boost::asio;

namespace {

using Submissions = std::vector<std::unique_ptr<Submission>>;

// `read` makes the answer out of what came back.
template <class Continue, class Read>
struct Waiting final : Exchanged {
  Continue continuation;
  Read read;

  Waiting(Continue resumed, Read reads, Exchange& by, Executor runs_on, Submissions to_submit)
      : Exchanged(by, std::move(runs_on), std::move(to_submit)),
        continuation(std::move(resumed)),
        read(std::move(reads)) {}

  void resume() override {
    auto run = std::move(continuation);
    std::move(run)(read(submissions));
  }
};

// Not a coroutine, and none is around it: a request has one frame here.
template <class Read, class Answer = std::invoke_result_t<Read, Submissions&>>
asio::awaitable<Answer> submit(Engine& engine, Submissions submissions, Read read) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Answer)>(
      [&engine](auto resumed, Submissions to_submit, Read reads) {
        const auto executor = asio::get_associated_executor(resumed);
        auto& exchange =
            asio::use_service<Exchange>(asio::query(executor, asio::execution::context));
        exchange.submit(engine,
                        std::make_unique<Waiting<decltype(resumed), Read>>(
                            std::move(resumed), std::move(reads), exchange,
                            asio::prefer(executor, asio::execution::outstanding_work.tracked),
                            std::move(to_submit)));
      },
      asio::use_awaitable, std::move(submissions), std::move(read));
}

Submissions only(std::unique_ptr<Submission> submission) {
  Submissions one;
  one.push_back(std::move(submission));
  return one;
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

asio::awaitable<std::vector<Result<Receipt>>> submit_each(Engine& engine, Submissions submissions) {
  return submit(engine, std::move(submissions), [](Submissions& answered) {
    std::vector<Result<Receipt>> receipts;
    receipts.reserve(answered.size());
    for (const auto& submission : answered) receipts.push_back(only_receipt(*submission));
    return receipts;
  });
}

}  // namespace

asio::awaitable<Result<Receipt>> append(Engine& engine, Draft draft) {
  return submit(engine, only(of(std::move(draft))),
                [](Submissions& answered) { return only_receipt(*answered.front()); });
}

asio::awaitable<GroupAnswer> append_atomic(Engine& engine, std::vector<Draft> drafts) {
  auto submission = std::make_unique<Submission>();
  submission->drafts = std::move(drafts);
  return submit(engine, only(std::move(submission)), [](Submissions& answered) {
    Submission& back = *answered.front();
    return GroupAnswer{std::move(back.answer), back.failed_draft};
  });
}

asio::awaitable<std::vector<Result<Receipt>>> append_each(Engine& engine,
                                                          std::vector<Draft> drafts) {
  if (drafts.empty()) co_return std::vector<Result<Receipt>>();
  Submissions submissions;
  submissions.reserve(drafts.size());
  for (Draft& draft : drafts) submissions.push_back(of(std::move(draft)));
  co_return co_await submit_each(engine, std::move(submissions));
}

asio::awaitable<Result<std::vector<Receipt>>> append_decided(Engine& engine, Decider decide) {
  auto submission = std::make_unique<Submission>();
  submission->decide = std::move(decide);
  return submit(engine, only(std::move(submission)),
                [](Submissions& answered) { return std::move(answered.front()->answer); });
}

}  // namespace syncline
