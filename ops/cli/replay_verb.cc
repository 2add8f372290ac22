// `syncline replay`.
#include <chrono>
#include <cstdio>

#include "connectors/json/document.h"
#include "connectors/json/time_text.h"
#include "connectors/json/writer.h"
#include "connectors/mirror/topic_writer.h"
#include "ops/cli/http_receiver.h"
#include "ops/cli/log_source.h"
#include "ops/cli/long_work.h"
#include "ops/cli/print.h"
#include "ops/cli/replay_commands.h"
#include "ops/cli/replay_cursor.h"
#include "ops/cli/secret_file.h"
#include "ops/cli/shared_words.h"
#include "ops/cli/whole_file.h"

namespace syncline {
namespace {

using Steady = std::chrono::steady_clock;

// Where the events go: exactly one of the three.
struct Target {
  std::unique_ptr<WholeFile> output;  // a file, or stdout
  std::optional<HttpReceiver> receiver;
  std::unique_ptr<TopicWriter> topic;
};

Result<Target> open_target(const ReplayCommand& command) {
  Target target;
  if (!command.to_http.empty()) {
    if (others_can_read(command.header_file)) {
      std::fprintf(stderr, "syncline: warning: %s\n", make_unreadable(command.header_file).c_str());
    }
    auto receiver = HttpReceiver::open(command.to_http, command.header_file);
    if (receiver.has_error()) return receiver.error();
    target.receiver.emplace(std::move(*receiver));
    return target;
  }
  if (command.to_kafka) {
    const auto options = mirror_options(command.kafka);
    if (options.has_error()) return options.error();
    auto topic = TopicWriter::open(*options, command.topic);
    if (topic.has_error()) return topic.error();
    target.topic = std::move(*topic);
    return target;
  }
  auto output = WholeFile::open(command.to_file);
  if (output.has_error()) return output.error();
  target.output = std::move(*output);
  return target;
}

class Replay {
 public:
  Replay(const ReplayCommand& command, LongWork& work, Target target)
      : command_(command), work_(work), target_(std::move(target)), speed_(command.speed) {}

  // Error: it could not be told to its end. next() says from where it goes on.
  Result<void> run(LogSource& source) {
    const auto end = source.end();
    if (end.has_error()) return end.error();
    log_ = end->identity;
    next_ = command_.from.value_or(Position(1));
    const auto last = last_of(command_, end->position);
    if (last.has_error()) return last.error();
    to_ = *last;
    if (auto found = go_on_behind_cursor(end->position); found.has_error()) return found;
    begun_ = true;
    if (next_ <= to_) {
      Result<void> told;
      const auto read =
          source.chosen(next_, to_, command_.filter, [&](Position position, std::string_view line) {
            told = tell(position, line);
            return told.has_value();
          });
      if (told.has_error()) return told;
      if (read.has_error()) return read;
      next_ = to_.next();
    }
    if (target_.topic) return target_.topic->finish();
    return target_.output ? target_.output->finish() : Result<void>();
  }

  std::uint64_t events() const { return events_; }
  Position next() const { return next_; }
  bool begun() const { return begun_; }  // it knows where it stands

 private:
  Result<void> go_on_behind_cursor(Position head) {
    if (command_.cursor.empty()) return {};
    const auto cursor = read_cursor(command_.cursor);
    if (cursor.has_error()) return cursor.error();
    if (!*cursor) return {};
    if ((*cursor)->log != log_ || (*cursor)->to != command_.to_http) {
      return Error{ErrorCode::conflict, "the cursor " + command_.cursor +
                                            " is of another log or another receiver; name another "
                                            "file"};
    }
    if ((*cursor)->chosen != filter_words(command_.filter)) {
      return Error{ErrorCode::conflict,
                   "the cursor " + command_.cursor + " is of " + chosen_text((*cursor)->chosen) +
                       ", and this asks for " + chosen_text(filter_words(command_.filter)) +
                       "; ask for the same, or name another file"};
    }
    if ((*cursor)->position > head) {
      return Error{ErrorCode::conflict, "the cursor " + command_.cursor + " stands at event " +
                                            std::to_string((*cursor)->position.value) +
                                            ", and the log ends at " + std::to_string(head.value) +
                                            ": its end was lost since, or it was restored to an "
                                            "earlier position; name another file, and with --from "
                                            "where to go on"};
    }
    next_ = std::max(next_, (*cursor)->position.next());
    return {};
  }

  Result<void> tell(Position position, std::string_view line) {
    const auto event = document_.parse(line);
    const auto received =
        event.has_error() ? std::nullopt : from_iso(event->text_of("receivedtime"));
    if (!received) {
      return Error{ErrorCode::invalid, "event " + std::to_string(position.value) +
                                           " came without the time it was received"};
    }
    const auto due = start_ + speed_.next(*received);
    if (!work_.wait(due - Steady::now())) return ended(position);
    auto taken = give(position, *event, line);
    if (taken.has_error()) return taken;
    next_ = position.next();
    ++events_;
    if (auto kept = keep_cursor_at(position); kept.has_error()) return kept;
    if (work_.go_on(position, to_, line.size()) || position == to_) return {};
    return ended(next_);
  }

  Result<void> give(Position position, const JsonValue& event, std::string_view line) {
    if (target_.receiver) return post(position, event.text_of("id"), line);
    if (!target_.topic) return write(line);
    const std::string_view subject = event.text_of("subject");
    return target_.topic->write(subject.empty() ? event.text_of("source") : subject, line,
                                {{kContentTypeHeader, kJsonContent}});
  }

  Result<void> write(std::string_view line) {
    if (auto written = target_.output->write(line); written.has_error()) return written;
    return target_.output->write("\n");
  }

  Result<void> post(Position position, std::string_view id, std::string_view line) {
    const std::string name =
        "event " + std::to_string(position.value) + " (id " + std::string(id) + ")";
    return target_.receiver->take(
        name, line, [this](std::chrono::nanoseconds pause) { return work_.wait(pause); });
  }

  Result<void> keep_cursor_at(Position position) {
    if (command_.cursor.empty()) return {};
    return keep_cursor(command_.cursor,
                       {log_, command_.to_http, filter_words(command_.filter), position});
  }

  static std::string chosen_text(const std::string& words) {
    return words.empty() ? "all events" : "the events with `" + words + "`";
  }

  static Error ended(Position before) {
    return {ErrorCode::stopping, "it was ended before event " + std::to_string(before.value)};
  }

  const ReplayCommand& command_;
  LongWork& work_;
  Target target_;
  JsonDocument document_;
  ReplaySpeed speed_;
  const Steady::time_point start_ = Steady::now();
  std::string log_;
  Position next_{1};  // the first one that was not told
  Position to_;
  std::uint64_t events_ = 0;
  bool begun_ = false;
};

void print_summary(const ReplayCommand& command, const Replay& replay, bool whole) {
  if (command.to_stdout) return;  // the events are the answer
  const std::string& to = command.to_kafka          ? command.topic
                          : command.to_http.empty() ? command.to_file
                                                    : command.to_http;
  if (!command.json) {
    if (whole) print_line("replayed " + std::to_string(replay.events()) + " events to " + to);
    return;
  }
  std::string line;
  JsonWriter(line)
      .begin_object()
      .field("to", std::string_view(to))
      .field("events", replay.events())
      .field("next", whole ? std::nullopt : std::optional(replay.next()))
      .end_object();
  print_line(line);
}

Error no_event(Position position, const char* purpose, Position head) {
  return {ErrorCode::not_found, "there is no event " + std::to_string(position.value) + purpose +
                                    ": the log ends at " + std::to_string(head.value)};
}

}  // namespace

Result<Position> last_of(const ReplayCommand& command, Position head) {
  if (command.from && *command.from > head.next()) {
    return no_event(*command.from, " to begin with", head);
  }
  if (command.to && *command.to > head) return no_event(*command.to, " to end with", head);
  return command.to.value_or(head);
}

Exit run(const ReplayCommand& command) {
  if (!command.to_folder.empty()) return replay_to_folder(command);
  LongWork work("replaying");
  auto target = open_target(command);
  if (target.has_error()) return failed(target.error());
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  Replay replay(command, work, std::move(*target));
  auto told = replay.run(**source);
  print_summary(command, replay, told.has_value());
  if (told.has_value()) return Exit::done;
  Error error = told.error();
  if (replay.events() > 0 && command.to_file.empty()) {
    error.message += "; " + std::to_string(replay.events()) + " were told before";
  }
  if (!command.to_http.empty() && replay.begun()) {
    error.message += command.cursor.empty()
                         ? "; go on with --from " + std::to_string(replay.next().value)
                         : "; the same command goes on from there";
  }
  return failed(error);
}

}  // namespace syncline
