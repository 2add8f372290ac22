// Threads for work that blocks (scans, digests, rebuilds), so that no connection's strand waits for
// a disk. Each connection has at most one piece of work here, which bounds the queue by the
// connection limit. stop() finishes what was begun.
#pragma once

#include <exception>
#include <functional>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace syncline {

class Workers {
 public:
  explicit Workers(std::size_t threads) : pool_(threads) {}

  // Runs `work` on one of the threads and resumes the caller on its own executor, with what it
  // returned or threw.
  template <class T>
  boost::asio::awaitable<T> run(std::function<T()> work) {
    auto start = [this](auto handler, std::function<T()> begun) {
      auto home = boost::asio::make_work_guard(handler);
      boost::asio::post(pool_, [handler = std::move(handler), home = std::move(home),
                                begun = std::move(begun)]() mutable {
        std::exception_ptr thrown;
        T result{};
        try {
          result = begun();
        } catch (...) {
          thrown = std::current_exception();
        }
        auto finish = [handler = std::move(handler), thrown, result = std::move(result)]() mutable {
          std::move(handler)(thrown, std::move(result));
        };
        boost::asio::post(home.get_executor(), std::move(finish));
      });
    };
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&,
                                       void(std::exception_ptr, T)>(
        std::move(start), boost::asio::use_awaitable, std::move(work));
  }

  // Runs `work`, which throws nothing, on one of the threads.
  void start(std::function<void()> work) { boost::asio::post(pool_, std::move(work)); }

  void stop() { pool_.join(); }

 private:
  boost::asio::thread_pool pool_;
};

}  // namespace syncline
