// The reading verbs on a data folder: the log is opened read-only, beside a server or without one.
#include <cstdio>
#include <filesystem>
#include <thread>

#include "connectors/cloudevents/cloudevent.h"
#include "engine/log/acked_file.h"
#include "engine/log/log.h"
#include "ops/cli/folder_views.h"
#include "ops/cli/log_source.h"
#include "ops/cli/progress_line.h"
#include "ops/cli/wiring.h"

namespace syncline {
namespace {

// Another process writes the log, and RocksDB tells nobody: --follow looks again this often.
constexpr std::chrono::milliseconds kLookAgain{250};

class DataFolder final : public LogSource {
 public:
  explicit DataFolder(std::string data)
      : data_(std::move(data)), mappings_(make_payload_mappings()) {}

  Result<void> open() {
    if (auto there = look_for_log(data_); there.has_error()) return there.error();
    // Read before the log is: a server beside us acknowledges what is in the log already.
    const auto acked = AckedFile::read(data_ + "/log.acked", nullptr);
    auto opened = Log::open({.path = path(), .read_only = true});
    const bool first = log_ == nullptr;
    if (!opened && first && opened.error().code == ErrorCode::corrupt) {
      const Error damage = opened.error();
      opened = Log::open({.path = path(), .read_only = true, .up_to_fault = true});
      if (!opened) return damage;
      std::fprintf(stderr, "syncline: warning: %s; what lies before the damage can be read\n",
                   damage.message.c_str());
    }
    if (opened.has_error()) return opened.error();
    log_ = std::move(*opened);
    if (first) hold_against(acked);
    return {};
  }

  Result<LogEnd> end() override {
    const Head head = log_->head();
    return LogEnd{log_->identity(), head.position, hex(head.hash)};
  }

  Result<void> events(Position from, Position to, const EachEvent& each) override {
    to = std::min(to, log_->head().position);
    if (from > to) return {};
    return log_->scan(from, to, [&](Position position, std::string_view frame) {
      return each(position, cloudevent_line(decode_frame(frame), mappings_));
    });
  }

  Result<void> frames(const ExportQuery& query, const FrameSink& sink) override {
    const auto range = query.range(*log_);
    if (range.has_error()) return range.error();
    auto taken = sink.head({log_->name(), range->from, range->to});
    for (Position next = range->from; taken.has_value() && next <= range->to;) {
      const auto reached = read_chosen(*log_, {next, range->to}, query.filter,
                                       [&](Position, std::string_view frame, bool id_given) {
                                         taken = sink.event(frame, id_given);
                                         return taken.has_value();
                                       });
      if (reached.has_error()) return reached.error();
      next = *reached;
    }
    return taken;
  }

  // By a scan: the stored history view of a running server is behind its log.
  Result<void> chosen(Position from, Position to, const EventFilter& filter,
                      const EachEvent& each) override {
    to = std::min(to, log_->head().position);
    if (!filter.subject.empty() && !filter.subject_begins) {
      const auto last = log_->subject_version(filter.subject);
      if (last.has_error()) return last.error();
      to = std::min(to, *last);
    }
    if (from > to) return {};
    ProgressLine progress("reading");
    return log_->scan(from, to, [&](Position position, std::string_view frame) {
      progress.show(position, to);
      const Event event = decode_frame(frame);
      return !filter.matches(event) || each(position, cloudevent_line(event, mappings_));
    });
  }

  Result<std::vector<ProjectionStanding>> views() override { return stored_views(data_, *log_); }

  Result<ViewDigest> digest(const std::string& view, const std::optional<Asked>& at) override {
    ProgressLine progress("folding the log");
    return folder_digest(data_, *log_, view, at, shown_by(progress));
  }

  Result<ViewDigest> rebuild(const std::string& view, LongWork& work) override {
    return rebuild_in_folder(data_, view, work);
  }

  Result<Position> wait_beyond(Position position) override {
    if (log_->head().position <= position) {
      std::this_thread::sleep_for(kLookAgain);
      if (auto again = open(); again.has_error()) return again.error();
    }
    return log_->head().position;
  }

 private:
  std::string path() const { return data_ + "/log"; }

  // What is left of a log can still be read; that it is not whole is said.
  void hold_against(const Result<std::optional<Head>>& acked) const {
    const Position head = log_->head().position;
    if (acked.has_error()) {
      std::fprintf(stderr, "syncline: warning: %s\n", acked.error().message.c_str());
    } else if (*acked && (*acked)->position > head) {
      std::fprintf(stderr,
                   "syncline: warning: events %llu to %llu were acknowledged and are not in the "
                   "log of %s, which ends at %llu\n",
                   static_cast<unsigned long long>(head.value + 1),
                   static_cast<unsigned long long>((*acked)->position.value), data_.c_str(),
                   static_cast<unsigned long long>(head.value));
    }
  }

  static ShowProgress shown_by(ProgressLine& line) {
    return [&line](Position done, Position of) { line.show(done, of); };
  }

  const std::string data_;
  const PayloadMappings mappings_;
  std::unique_ptr<Log> log_;
};

}  // namespace

Result<void> look_for_log(const std::string& data) {
  std::error_code error;
  if (std::filesystem::exists(data + "/log", error)) return {};
  if (error) {
    return Error{ErrorCode::io, "cannot look into " + data + ": " + error.message() +
                                    "; run it as the user that the server runs as"};
  }
  return Error{ErrorCode::not_found,
               "there is no log in " + data + "; name the folder that a server was given"};
}

Result<std::unique_ptr<LogSource>> open_data_folder(const std::string& data) {
  auto folder = std::make_unique<DataFolder>(data);
  if (auto opened = folder->open(); opened.has_error()) return opened.error();
  return std::unique_ptr<LogSource>(std::move(folder));
}

}  // namespace syncline
