#include "connectors/backups/backups_connector.h"

#include "connectors/backups/backup_json.h"
#include "connectors/http/problem.h"
#include "connectors/operators/job.h"

namespace syncline {
namespace {

using boost::asio::awaitable;

// One for the backup that is made, one for those who ask what there is.
constexpr std::size_t kWorkers = 2;

class BackupsConnector final : public Connector {
 public:
  BackupsConnector(Router& router, Engine& engine, BackupsOptions options)
      : engine_(engine), options_(std::move(options)) {
    forget_interrupted(options_.data, nullptr);
    mount(router, Method::post, &BackupsConnector::create);
    mount(router, Method::del, &BackupsConnector::end);
    mount(router, Method::get, &BackupsConnector::list);
  }

  void stop() override {
    making_.abandon();
    workers_.stop();
  }

 private:
  using Answer = awaitable<Response> (BackupsConnector::*)(const Request&);

  void mount(Router& router, Method method, Answer answer) {
    router.mount({.method = method,
                  .pattern = "/v1/backups",
                  .handler = [this, answer](const Request& r) { return (this->*answer)(r); },
                  .body_limit = 0});
  }

  awaitable<Response> create(const Request& request) {
    if (options_.folder.empty()) co_return no_folder();
    const auto rate = rate_of(request);
    if (const auto* refused = std::get_if<Response>(&rate)) co_return *refused;
    auto job = making_.begin("log", std::get<JobRate>(rate));
    if (!job) {
      co_return problem(409, "backup_running",
                        "a backup is being made; ask again when that is done");
    }
    JobWork work = [this](Job& begun) { return created(begun); };
    co_return co_await answer_with_job(request, workers_, std::move(job), std::move(work));
  }

  Response created(Job& job) {
    const auto made = back_up_log(engine_.log(), options_.data,
                                  {.repository = options_.folder,
                                   .now = engine_.clock().now(),
                                   .program = options_.program,
                                   .progress = [&job](const BytesDone& bytes) {
                                     return job.go_on(Position(bytes.done), Position(bytes.of),
                                                      bytes.read) == Onward::go_on;
                                   }});
    if (made.has_error()) return problem(made.error());
    Response response;
    JsonWriter out(response.body);
    write_backup(*made, out);
    response.position = made->manifest.head.position;
    return response;
  }

  awaitable<Response> end(const Request&) { co_return ended(making_, "log"); }

  awaitable<Response> list(const Request&) {
    if (options_.folder.empty()) co_return no_folder();
    std::function<Response()> work = [this] { return listed(); };
    co_return co_await workers_.run<Response>(std::move(work));
  }

  Response listed() const {
    const BackupFiles files(nullptr, {});
    auto all = list_backups(options_.folder, files);
    if (all.has_error() && all.error().code != ErrorCode::not_found) return problem(all.error());
    Response response;
    JsonWriter out(response.body);
    out.begin_object().field("folder", std::string_view(options_.folder));
    out.key("backups").begin_array();
    if (all.has_value()) {  // the first backup makes the folder
      for (const ListedBackup& backup : *all) write_backup(backup, out);
    }
    out.end_array().end_object();
    return response;
  }

  static Response no_folder() {
    return problem(409, "no_backup_folder",
                   "this server was not told where its backups go; set log.backups, and restart "
                   "it");
  }

  Engine& engine_;
  const BackupsOptions options_;
  JobSlot making_;
  Workers workers_{kWorkers};
};

}  // namespace

std::unique_ptr<Connector> make_backups_connector(Router& router, Engine& engine,
                                                  BackupsOptions options) {
  return std::make_unique<BackupsConnector>(router, engine, std::move(options));
}

}  // namespace syncline
