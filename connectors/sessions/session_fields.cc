#include "connectors/sessions/session_fields.h"

namespace syncline {
namespace {

using S = SessionSynced;

const SessionField kSession[] = {
    {"session_id", IdField{&S::session_id}},
    {"status", StatusField{&S::status}},
    {"created_at", TimeField{&S::created_at}},
    {"last_activity", TimeField{&S::last_activity}},
    {"duration_seconds", SecondsField{&S::duration_seconds}},
};
const SessionField kLocation[] = {
    {"ip", TextField{&S::ip}},
    {"country", TextField{&S::country}},
    {"region", TextField{&S::region}},
    {"city", TextField{&S::city}},
    {"timezone", TextField{&S::timezone}},
    {"formatted", TextField{&S::location_formatted}},
};
const SessionField kDevice[] = {
    {"platform", TextField{&S::platform}},     {"device_type", TextField{&S::device_type}},
    {"browser", TextField{&S::browser}},       {"user_agent", TextField{&S::user_agent}},
    {"os_version", TextField{&S::os_version}}, {"formatted", TextField{&S::device_formatted}},
};
const SessionField kApplication[] = {
    {"app_name", TextField{&S::app_name}},
    {"app_version", TextField{&S::app_version}},
    {"build_number", TextField{&S::build_number}},
    {"license_type", TextField{&S::license_type}},
};
const SessionField kSecurity[] = {
    {"mfa_verified", FlagField{&S::mfa_verified}},
    {"risk_score", ShareField{&S::risk_score}},
    {"risk_factors", TextsField{&S::risk_factors}},
    {"authentication_method", TextField{&S::authentication_method}},
};
const SessionField kMetadata[] = {
    {"sync_timestamp", TimeField{&S::sync_timestamp}},
    {"sync_source", TextField{&S::sync_source}},
    {"sync_version", TextField{&S::sync_version}},
    {"last_sync_interval", IntervalField{&S::last_sync_interval}},
    {"heartbeat_type", TextField{&S::heartbeat_type}},
};
const SessionSection kSessionSections[] = {
    {"location", kLocation, {}},
    {"device_info", kDevice, {}},
    {"application_info", kApplication, {}},
    {"security_info", kSecurity, {}},
};
const SessionField kRoot[] = {{"user_id", IdField{&S::user_id}}};
const SessionSection kRootSections[] = {
    {"session_data", kSession, kSessionSections},
    {"sync_metadata", kMetadata, {}},
};
const SessionSection kShape{"", kRoot, kRootSections};

}  // namespace

const SessionSection& session_shape() { return kShape; }

}  // namespace syncline
