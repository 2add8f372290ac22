#include "connectors/auth/refused_login_writer.h"

#include "connectors/json/writer.h"
#include "engine/thread_name.h"
#include "schemas/subject.h"

namespace syncline {
namespace {

constexpr std::chrono::seconds kLook{1};

std::string data_json(const RefusedLogin& login) {
  std::string json;
  JsonWriter out(json);
  out.begin_object()
      .field("address", std::string_view(login.address))
      .field("from", login.from)
      .field("to", login.to)
      .field("attempts", login.total())
      .key("reasons")
      .begin_object();
  for (std::size_t i = 0; i < kWrongCredentials; ++i)
    if (login.attempts[i] != 0) out.field(name(static_cast<WrongCredential>(i)), login.attempts[i]);
  out.end_object().end_object();
  return json;
}

}  // namespace

Draft refused_login_draft(const RefusedLogin& login, std::string_view source, std::string_view id) {
  const std::string subject = make_subject("login", {login.address});
  const std::string data = data_json(login);
  EventBody body;
  body.id = id;
  body.source = source;
  body.subject = subject;
  body.type = EventType::login_refused;
  body.event_time = login.to;
  body.client_address = login.address;
  body.payload = Document{.encoding = Encoding::json, .data = data};
  auto draft = make_draft(body);
  SYNCLINE_CHECK(draft.has_value());  // an address is short
  return std::move(*draft);
}

RefusedLoginWriter::RefusedLoginWriter(Engine& engine, Authenticator& authenticator)
    : engine_(engine), authenticator_(authenticator), thread_([this] { run(); }) {}

void RefusedLoginWriter::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void RefusedLoginWriter::run() {
  name_this_thread("logins");
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, kLook, [this] { return stopping_; })) {
    lock.unlock();
    write_due();
    lock.lock();
  }
}

void RefusedLoginWriter::write_due() {
  const std::string source = engine_.source();
  for (const RefusedLogin& login : authenticator_.refused_logins()) {
    auto submission = std::make_unique<Submission>();
    submission->drafts.push_back(
        refused_login_draft(login, source, uuid7(engine_.clock().now(), engine_.rng())));
    submission->done = [](std::unique_ptr<Submission>) {};
    engine_.submit(std::move(submission));
  }
}

}  // namespace syncline
