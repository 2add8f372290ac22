#include "connectors/http/server.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <pthread.h>
#include <sched.h>

#include "connectors/http/connection.h"
#include "connectors/http/task_group.h"
#include "engine/thread_name.h"

namespace syncline {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// After accept() failed (no handles left, say): those that are open may close meanwhile.
constexpr std::chrono::milliseconds kAcceptPause{100};

auto as_result() { return asio::as_tuple(asio::use_awaitable); }

// Deadlines are kept by looking at all connections this often: a timer for each would cost every
// request, and nobody counts on less than a few per cent of a deadline.
std::chrono::milliseconds sweep_interval(const Deadlines& deadlines) {
  const auto shortest = std::min(
      {deadlines.header, deadlines.body, deadlines.idle, deadlines.slow_reader, deadlines.linger});
  return std::clamp(shortest / 8, std::chrono::milliseconds(5), std::chrono::milliseconds(250));
}

// A thread that wakes for a packet takes no core from one that works, least of all from the
// sequencer, for which everybody waits. What came in meanwhile is then done in one go.
void wake_without_pushing() {
  const sched_param none{};
  pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);  // a wish: it may be refused
}

// A context and its one thread: what runs on it needs neither a strand nor a lock.
struct IoThread {
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
  std::thread thread;
};

std::vector<std::unique_ptr<IoThread>> make_threads(int count) {
  std::vector<std::unique_ptr<IoThread>> threads;
  for (int i = 0; i < std::max(1, count); ++i) threads.push_back(std::make_unique<IoThread>());
  return threads;
}

}  // namespace

struct HttpServer::State {
  std::vector<std::unique_ptr<IoThread>> threads;
  std::size_t turn = 0;  // whose the next connection is; on `own`
  asio::io_context::executor_type own;
  tcp::acceptor acceptor{own};
  asio::steady_timer accept_pause{own};
  asio::steady_timer sweep_timer{own};
  AppliedWatch watch;
  ConnectionContext context;
  const std::size_t max_connections;
  const std::size_t max_turned_away;
  std::uint16_t port = 0;

  TaskGroup serving;  // the acceptor and every connection
  TaskGroup sweeping;
  std::mutex mutex;
  std::unordered_set<std::shared_ptr<Connection>> open;  // guarded by mutex
  std::size_t turned_away = 0;                           // of open; guarded by mutex
  bool swept = false;                                    // on `own`
  std::once_flag drained;

  State(const ServerOptions& options, const Router& router, Engine& engine, HttpMetrics& metrics)
      : threads(make_threads(options.threads)),
        own(threads.front()->io.get_executor()),
        watch(engine),
        context{.router = router,
                .engine = engine,
                .metrics = metrics,
                .watch = watch,
                .deadlines = options.deadlines},
        max_connections(options.max_connections),
        max_turned_away(std::min(max_connections, limits::kTurnedAway)) {}

  Result<void> listen(const ServerOptions& options);
  asio::awaitable<void> accept();
  void admit(tcp::socket socket);
  asio::awaitable<void> run(std::shared_ptr<Connection> connection, bool serve);
  asio::awaitable<void> sweep();
  template <class Visit>
  void for_each_open(Visit visit) {
    const std::lock_guard lock(mutex);
    for (const auto& connection : open) visit(*connection);
  }
  void drain();
};

Result<void> HttpServer::State::listen(const ServerOptions& options) {
  boost::system::error_code error;
  tcp::resolver resolver(own);
  const auto found =
      resolver.resolve(options.host, std::to_string(options.port), tcp::resolver::passive, error);
  if (!error) {
    const tcp::endpoint endpoint = *found.begin();
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  }
  if (error)
    return Error{ErrorCode::io,
                 "cannot listen on " + options.host + ":" + std::to_string(options.port) + ": " +
                     error.message() +
                     "; is another server running there? --listen takes another address"};
  port = acceptor.local_endpoint(error).port();
  return {};
}

asio::awaitable<void> HttpServer::State::accept() {
  while (!context.draining) {
    asio::io_context& next = threads[turn++ % threads.size()]->io;
    auto [error, socket] = co_await acceptor.async_accept(next, as_result());
    if (!error) {
      admit(std::move(socket));
    } else if (!context.draining) {
      context.metrics.refused("accept");
      accept_pause.expires_after(kAcceptPause);
      co_await accept_pause.async_wait(as_result());
    }
  }
}

void HttpServer::State::admit(tcp::socket socket) {
  auto connection = std::make_shared<Connection>(std::move(socket), context);
  bool serve = true;
  {
    const std::lock_guard lock(mutex);
    if (context.draining) return;
    serve = open.size() - turned_away < max_connections;
    if (!serve && turned_away == max_turned_away) {
      context.metrics.refused("unheard");
      return;
    }
    if (!serve) ++turned_away;
    open.insert(connection);
  }
  const auto executor = connection->executor();
  serving.spawn(executor, run(std::move(connection), serve));
}

asio::awaitable<void> HttpServer::State::run(std::shared_ptr<Connection> connection, bool serve) {
  try {
    // Not one co_await of a conditional: g++ 12 destroys both of its awaitables.
    if (serve) {
      co_await connection->serve();
    } else {
      co_await connection->turn_away();
    }
  } catch (...) {
    context.metrics.refused(
        "failed");  // out of memory, say: this connection ends, the others go on
  }
  const std::lock_guard lock(mutex);
  open.erase(connection);
  if (!serve) --turned_away;
}

asio::awaitable<void> HttpServer::State::sweep() {
  const auto interval = sweep_interval(context.deadlines);
  while (!swept) {
    sweep_timer.expires_after(interval);
    co_await sweep_timer.async_wait(as_result());
    const auto now = Connection::Clock::now();
    for_each_open([now](Connection& connection) {
      if (connection.overdue(now)) connection.expire();
    });
  }
}

void HttpServer::State::drain() {
  {
    const std::lock_guard lock(mutex);
    context.draining = true;
  }
  asio::post(own, [this] {
    boost::system::error_code ignored;
    acceptor.close(ignored);
    accept_pause.cancel();
  });
  context.router.let_waiting_go();
  for_each_open([](Connection& connection) { connection.drain(); });
  if (!serving.wait_until_empty(context.deadlines.drain)) {
    for_each_open([](Connection& connection) { connection.close(); });
    // What is left waits for the engine, which answers every submission.
    serving.wait_until_empty();
  }
  asio::post(own, [this] {
    swept = true;
    sweep_timer.cancel();
  });
  sweeping.wait_until_empty();
  for (const auto& each : threads) each->work.reset();
  for (const auto& each : threads) each->thread.join();
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(ServerOptions options, const Router& router,
                                                      Engine& engine, HttpMetrics& metrics) {
  auto state = std::make_unique<State>(options, router, engine, metrics);
  if (auto listening = state->listen(options); !listening) return listening.error();
  state->serving.spawn(state->own, state->accept());
  state->sweeping.spawn(state->own, state->sweep());
  for (const auto& each : state->threads)
    each->thread = std::thread([&io = each->io] {
      name_this_thread("io");
      wake_without_pushing();
      io.run();
    });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

HttpServer::~HttpServer() { drain(); }

std::uint16_t HttpServer::port() const { return state_->port; }

std::size_t HttpServer::connections() const {
  const std::lock_guard lock(state_->mutex);
  return state_->open.size();
}

void HttpServer::drain() {
  std::call_once(state_->drained, [this] { state_->drain(); });
}

}  // namespace syncline
