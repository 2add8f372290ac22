#include "ops/cli/applied_config.h"

#include "projections/history/history_view.h"
#include "schemas/subject.h"

namespace syncline {
namespace {

constexpr std::size_t kPage = 64;

}  // namespace

Result<std::optional<ConfigApplied>> last_applied_config(Engine& engine) {
  const auto history = engine.view("history");
  const std::string subject = node_subject(engine.node().text());
  Position before = history->position().next();
  while (true) {
    const auto positions = positions_before(*history, subject, before, kPage);
    for (const Position position : positions) {
      const auto frame = engine.log().read(position);
      if (frame.has_error()) return frame.error();
      const Event event = decode_frame(*frame);
      if (const auto* config = std::get_if<ConfigApplied>(&event.body.payload)) return {*config};
    }
    if (positions.size() < kPage) return std::optional<ConfigApplied>{};
    before = positions.back();
  }
}

Result<bool> apply_config(Engine& engine, const ConfigApplied& config) {
  const auto last = last_applied_config(engine);
  if (last.has_error()) return last.error();
  if (*last == config) return false;

  const Time now = engine.clock().now();
  const std::string subject = node_subject(engine.node().text());
  const std::string source = engine.source();
  const std::string id = uuid7(now, engine.rng());
  EventBody body;
  body.id = id;
  body.source = source;
  body.subject = subject;
  body.type = EventType::config_applied;
  body.payload = config;
  body.event_time = std::chrono::floor<std::chrono::milliseconds>(now);
  auto draft = make_draft(body);
  if (draft.has_error()) return draft.error();
  std::vector<Draft> drafts;
  drafts.push_back(std::move(*draft));
  const auto receipts = engine.append(std::move(drafts));
  if (receipts.has_error()) return receipts.error();
  return true;
}

}  // namespace syncline
