#include "ops/cli/applied_config.h"

#include "ops/cli/time_zone.h"
#include "projections/history/history_view.h"
#include "schemas/subject.h"

namespace syncline {
namespace {

constexpr std::size_t kPage = 64;

Result<bool> applied_already(Engine& engine, const ConfigApplied& config) {
  const auto history = engine.view("history");
  const std::string subject = node_subject(engine.node().text());
  Position before = history->position().next();
  while (true) {
    const auto positions = positions_before(*history, subject, before, kPage);
    for (const Position position : positions) {
      const auto frame = engine.log().read(position);
      if (frame.has_error()) return frame.error();
      const Event event = decode_frame(*frame);
      if (const auto* last = std::get_if<ConfigApplied>(&event.body.payload)) {
        return *last == config;
      }
    }
    if (positions.size() < kPage) return false;
    before = positions.back();
  }
}

}  // namespace

ConfigApplied applied_config(const Config& config) {
  ConfigApplied applied;
  applied.sessions_expire_after_intervals =
      static_cast<std::uint32_t>(config.expire_after_intervals);
  applied.presence_expiry = config.presence.expiry;
  applied.presence_modules.emplace();
  for (const auto& module : config.presence.modules) {
    applied.presence_modules->push_back({module.id, module.name});
  }
  applied.presence_zone =
      PresenceZone{config.presence.timezone, time_zone_offsets(config.presence.timezone)};
  return applied;
}

Result<bool> apply_config(Engine& engine, const ConfigApplied& config) {
  const auto already = applied_already(engine, config);
  if (already.has_error()) return already.error();
  if (*already) return false;

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
