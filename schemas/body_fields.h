// The texts of bodies and payloads, and their fields on disk. Inside of the codec: body_encode.cc
// and body_decode.cc alone see the generated types, which the tables take as a parameter.
#pragma once

#include <cstdint>

#include "schemas/body.h"

namespace syncline::body_fields {

// A text of ours and its field on disk: one row for writing and reading, so that they cannot
// differ.
template <class Ours>
struct TextField {
  std::string_view Ours::*ours;
  std::uint16_t field;
};

using B = EventBody;
template <class FB>
inline constexpr TextField<B> kBodyTexts[] = {
    {&B::id, FB::VT_ID},
    {&B::source, FB::VT_SOURCE},
    {&B::subject, FB::VT_SUBJECT},
    {&B::actor, FB::VT_ACTOR},
    {&B::tenant, FB::VT_TENANT},
    {&B::trace, FB::VT_TRACE},
    {&B::client_id, FB::VT_CLIENT_ID},
    {&B::client_address, FB::VT_CLIENT_ADDRESS},
    {&B::client_user_agent, FB::VT_CLIENT_USER_AGENT},
    {&B::extra_json, FB::VT_EXTRA_JSON},
    {&B::extensions_json, FB::VT_EXTENSIONS_JSON},
};

using S = SessionSynced;
template <class FS>
inline constexpr TextField<S> kSessionTexts[] = {
    {&S::user_id, FS::VT_USER_ID},
    {&S::session_id, FS::VT_SESSION_ID},
    {&S::ip, FS::VT_IP},
    {&S::country, FS::VT_COUNTRY},
    {&S::region, FS::VT_REGION},
    {&S::city, FS::VT_CITY},
    {&S::timezone, FS::VT_TIMEZONE},
    {&S::location_formatted, FS::VT_LOCATION_FORMATTED},
    {&S::platform, FS::VT_PLATFORM},
    {&S::device_type, FS::VT_DEVICE_TYPE},
    {&S::browser, FS::VT_BROWSER},
    {&S::user_agent, FS::VT_USER_AGENT},
    {&S::os_version, FS::VT_OS_VERSION},
    {&S::device_formatted, FS::VT_DEVICE_FORMATTED},
    {&S::app_name, FS::VT_APP_NAME},
    {&S::app_version, FS::VT_APP_VERSION},
    {&S::build_number, FS::VT_BUILD_NUMBER},
    {&S::license_type, FS::VT_LICENSE_TYPE},
    {&S::authentication_method, FS::VT_AUTHENTICATION_METHOD},
    {&S::sync_source, FS::VT_SYNC_SOURCE},
    {&S::sync_version, FS::VT_SYNC_VERSION},
    {&S::heartbeat_type, FS::VT_HEARTBEAT_TYPE},
};

using P = PresenceBeat;
template <class FP>
inline constexpr TextField<P> kBeatTexts[] = {
    {&P::user_id, FP::VT_USER_ID},   {&P::module, FP::VT_MODULE_}, {&P::page, FP::VT_PAGE},
    {&P::resource, FP::VT_RESOURCE}, {&P::name, FP::VT_NAME},
};

}  // namespace syncline::body_fields
