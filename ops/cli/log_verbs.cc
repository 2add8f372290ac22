// `syncline log head|get|tail` and `syncline history`.
#include <cstdio>
#include <thread>

#include "connectors/json/writer.h"
#include "ops/cli/event_text.h"
#include "ops/cli/log_commands.h"
#include "ops/cli/log_source.h"
#include "ops/cli/print.h"
#include "ops/cli/retry_schedule.h"

namespace syncline {
namespace {

// With --json one CloudEvent a line, so that a long answer can be read as it comes.
bool print_event(std::string_view line, bool json) {
  return print_line(json ? std::string(line) : event_row(line));
}

// The end of the log as it grows. A server that goes away is asked again for a while, from where
// the last answer ended.
class Tail {
 public:
  Tail(LogSource& source, const LogEnd& end, const LogTailCommand& command)
      : source_(source),
        identity_(end.identity),
        online_(!command.where.server.empty()),
        json_(command.json),
        next_(end.position.value - std::min(command.count, end.position.value) + 1) {}

  // False: nobody reads what is printed.
  Result<bool> print_up_to(Position head) {
    if (head < next_) return true;
    bool read_on = true;
    const auto read = source_.events(next_, head, [&](Position position, std::string_view line) {
      next_ = position.next();
      return read_on = print_event(line, json_);
    });
    if (read.has_error()) return read.error();
    return read_on;
  }

  // Goes on until nobody reads, or until a fault that does not pass.
  Result<bool> follow(Result<bool> reading) {
    while (reading.has_error() || *reading) {
      if (reading.has_error()) {
        if (auto patient = wait_after(reading.error()); patient.has_error()) return patient.error();
      } else {
        retries_.worked();
      }
      reading = print_what_comes();
    }
    return reading;
  }

 private:
  Result<bool> print_what_comes() {
    if (lost_) {
      const auto end = source_.end();
      if (end.has_error()) return end.error();
      if (end->identity != identity_) {
        return Error{ErrorCode::conflict, "the server came back with another log, " +
                                              end->identity + "; start the tail anew"};
      }
      std::fputs("syncline: it answers again\n", stderr);
      lost_ = false;
    }
    const auto head = source_.wait_beyond(Position(next_.value - 1));
    if (head.has_error()) return head.error();
    return print_up_to(*head);
  }

  // The error: it does not pass by itself, or not in time.
  Result<void> wait_after(const Error& error) {
    const bool passing = online_ && (error.code == ErrorCode::io || error.retryable());
    const auto pause = passing ? retries_.next(rng_) : std::nullopt;
    if (!pause) return error;
    if (!lost_) std::fprintf(stderr, "syncline: %s (trying again)\n", error.message.c_str());
    lost_ = true;
    std::this_thread::sleep_for(*pause);
    return {};
  }

  LogSource& source_;
  const std::string identity_;
  const bool online_;
  const bool json_;
  Position next_;
  bool lost_ = false;  // the last question had no answer
  SystemRng rng_;
  RetrySchedule retries_;
};

}  // namespace

Exit run(const LogHeadCommand& command) {
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  const auto end = (*source)->end();
  if (end.has_error()) return failed(end.error());
  if (command.json) {
    std::string line;
    JsonWriter(line)
        .begin_object()
        .field("position", end->position)
        .field("hash", std::string_view(end->hash))
        .field("identity", std::string_view(end->identity))
        .end_object();
    print_line(line);
  } else {
    print_line("position  " + std::to_string(end->position.value));
    print_line("hash      " + end->hash);
    print_line("log       " + end->identity);
  }
  return Exit::done;
}

Exit run(const LogGetCommand& command) {
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  bool found = false;
  const auto read =
      (*source)->events(command.position, command.position, [&](Position, std::string_view line) {
        found = true;
        return print_line(command.json ? std::string(line) : event_sheet(line));
      });
  if (read.has_error()) return failed(read.error());
  if (found) return Exit::done;
  return failed({ErrorCode::not_found, "there is no event at position " +
                                           std::to_string(command.position.value) +
                                           "; `syncline log head` says where the log ends"});
}

Exit run(const LogTailCommand& command) {
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  const auto end = (*source)->end();
  if (end.has_error()) return failed(end.error());
  Tail tail(**source, *end, command);
  auto reading = tail.print_up_to(end->position);
  if (command.follow) reading = tail.follow(std::move(reading));
  return reading.has_error() ? failed(reading.error()) : Exit::done;
}

Exit run(const HistoryCommand& command) {
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  bool found = false;
  const auto end = (*source)->end();
  if (end.has_error()) return failed(end.error());
  const auto print = [&](Position, std::string_view line) {
    found = true;
    return print_event(line, command.json);
  };
  const auto read =
      (*source)->chosen(command.from.value_or(Position(1)), command.to.value_or(end->position),
                        {.subject = command.subject}, print);
  if (read.has_error()) return failed(read.error());
  if (found) return Exit::done;
  if (command.from || command.to) return Exit::done;  // elsewhere something may have
  return failed({ErrorCode::not_found, "nothing has happened to `" + command.subject +
                                           "`; subjects look like session/42/abc"});
}

}  // namespace syncline
