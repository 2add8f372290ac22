#include "connectors/append.h"

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

template <class Continue>
struct Waiting final : Exchanged {
  Continue continuation;

  Waiting(Continue resumed, Executor runs_on, Submissions to_submit)
      : Exchanged(std::move(runs_on), std::move(to_submit)), continuation(std::move(resumed)) {}

  void resume() override {
    auto run = std::move(continuation);
    std::move(run)(std::move(submissions));
  }
};

asio::awaitable<Submissions> submit_all(Engine& engine, Submissions submissions) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Submissions)>(
      [&engine](auto resumed, Submissions to_submit) {
        const auto executor = asio::get_associated_executor(resumed);
        auto& context = asio::query(executor, asio::execution::context);
        asio::use_service<Exchange>(context).submit(
            engine, std::make_shared<Waiting<decltype(resumed)>>(
                        std::move(resumed),
                        asio::prefer(executor, asio::execution::outstanding_work.tracked),
                        std::move(to_submit)));
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
