#include "connectors/presence/beat_request.h"

#include <algorithm>

#include "connectors/cloudevents/cloudevent.h"
#include "connectors/presence/presence_json.h"
#include "engine/limits.h"
#include "schemas/subject.h"

namespace syncline {
namespace {

constexpr std::string_view kSource = "/stats/heartbeat";

std::variant<Draft, BeatFault> draft_of(const Request& request, EventType type, Payload payload,
                                        std::string_view extra, Clock& clock, Rng& rng) {
  const std::string id = uuid7(clock.now(), rng);
  const std::string subject = make_subject("presence", {request.principal.id});
  const Provenance from = provenance(request);
  EventBody body;
  body.id = id;
  body.source = kSource;
  body.subject = subject;
  body.type = type;
  body.payload = std::move(payload);
  body.extra_json = extra;
  from.put(body);
  auto draft = make_draft(body);
  if (!draft) return BeatFault{"invalid_user", "The token's user id: " + draft.error().message};
  return std::move(*draft);
}

}  // namespace

std::string invalid_module(std::span<const ModuleName> modules) {
  return "Invalid module. Must be " + choice_of(modules);
}

std::variant<Draft, BeatFault> read_beat(const Request& request,
                                         std::span<const ModuleName> modules, Clock& clock,
                                         Rng& rng) {
  thread_local JsonDocument document;
  const auto json = document.parse(request.body, limits::kDataDepth);
  if (!json) return BeatFault{"invalid_json", "The body is " + json.error().message};

  const Principal& user = request.principal;
  PresenceBeat beat;
  beat.user_id = user.id;
  beat.user_id_is_number = user.id_is_number;
  beat.name = std::string_view(user.name).substr(0, limits::kNameBytes);
  std::string extra;
  std::vector<FieldFault> faults;
  read_activity(*json, beat, extra, faults);
  const auto known = [&](const ModuleName& module) { return module.id == beat.module; };
  if (std::ranges::none_of(modules, known)) {
    return BeatFault{"invalid_module", invalid_module(modules)};
  }
  if (!faults.empty()) {
    return BeatFault{"invalid_body",
                     faults.front().pointer.substr(1) + " " + faults.front().message};
  }
  return draft_of(request, EventType::presence_beat, beat, extra, clock, rng);
}

std::variant<Draft, BeatFault> read_clear(const Request& request, Clock& clock, Rng& rng) {
  const Principal& user = request.principal;
  return draft_of(request, EventType::presence_cleared,
                  PresenceCleared{.user_id = user.id, .user_id_is_number = user.id_is_number}, {},
                  clock, rng);
}

}  // namespace syncline
