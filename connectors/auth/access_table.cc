#include <array>

#include "connectors/auth/access.h"

namespace syncline {
namespace {

using Rule = Access::Rule;

constexpr Access kOpen{.rule = Rule::open};
constexpr Access kUser{.rule = Rule::user};
constexpr Access kAdmin{.rule = Rule::admin};
constexpr Access kWriteEvents{.rule = Rule::scope, .scope = "events:write"};
constexpr Access kReadEvents{.rule = Rule::scope, .scope = "events:read"};
// What seed 000 shows without a login.
constexpr Access kSyncSessions{
    .rule = Rule::user_or_scope, .scope = "sessions:write", .open_in_dev = true};
constexpr Access kReadSessions{.rule = Rule::admin, .open_in_dev = true};
// Route names, rates and sizes tell about the business: a scraper needs a key, unless
// `server.public_metrics` opens the scope.
constexpr Access kMetrics{.rule = Rule::scope, .scope = "metrics:read", .open_in_dev = true};

constexpr auto kTable = std::to_array<AccessRow>({
    {Method::get, "/healthz", kOpen},
    {Method::get, "/readyz", kOpen},
    {Method::get, "/openapi.yaml", kOpen},
    {Method::get, "/metrics", kMetrics},

    {Method::post, "/api/centcom/sessions/sync", kSyncSessions},
    {Method::get, "/api/admin/users/{user_id}/centcom-sessions", kReadSessions},
    {Method::get, "/api/admin/sessions", kReadSessions},

    {Method::post, "/api/stats/heartbeat", kUser},
    {Method::del, "/api/stats/heartbeat", kUser},
    {Method::get, "/api/presence/{resource}", kUser},
    // Counts alone; who it is, the stream tells a user's token only.
    {Method::get, "/api/stats/modules", kOpen},
    {Method::get, "/api/stats/health", kOpen},
    {Method::get, "/api/stats/history", kOpen},
    {Method::get, "/api/stats/stream", kOpen},

    {Method::post, "/v1/events", kWriteEvents},
    {Method::get, "/v1/events", kReadEvents},
    {Method::get, "/v1/events/{position}", kReadEvents},
    {Method::get, "/v1/events/stream", kReadEvents},
    {Method::get, "/v1/subjects/{subject}/history", kReadEvents},
    {Method::get, "/v1/subjects/{kind}/{id}/history", kReadEvents},
    {Method::get, "/v1/subjects/{kind}/{id}/{part}/history", kReadEvents},

    // Operators. Status is theirs too: it names what stands behind this node (mirror, webhooks).
    {Method::get, "/v1/status", kAdmin},
    {Method::get, "/v1/views", kAdmin},
    {Method::get, "/v1/views/{name}/digest", kAdmin},
    {Method::post, "/v1/views/{name}/rebuild", kAdmin},
    {Method::del, "/v1/views/{name}/rebuild", kAdmin},
    {Method::get, "/v1/log/export", kAdmin},
    {Method::post, "/v1/log/verify", kAdmin},
    {Method::del, "/v1/log/verify", kAdmin},
    {Method::get, "/v1/backups", kAdmin},
    {Method::post, "/v1/backups", kAdmin},
    {Method::del, "/v1/backups", kAdmin},
});

}  // namespace

std::span<const AccessRow> access_table() { return kTable; }

const AccessRow* find_access(Method method, std::string_view pattern) {
  for (const AccessRow& row : kTable)
    if (row.method == method && row.pattern == pattern) return &row;
  return nullptr;
}

}  // namespace syncline
