#include "connectors/sessions/session_json.h"

#include <gmock/gmock.h>

#include "connectors/json/time_text.h"

namespace syncline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The document's payload, all fields that were seen in the field added.
constexpr std::string_view kEverything = R"({
  "user_id": "2c3d4747-8d67-45af-90f5-b5e9058ec246",
  "session_data": {
    "session_id": "c25744bac907", "status": "idle",
    "created_at": "2025-09-18T22:09:30.000Z", "last_activity": "2025-09-18T22:29:30.125Z",
    "duration_seconds": 1200.5,
    "location": {"ip": "::1", "country": "Local", "region": "CA", "city": "Development",
                 "timezone": "America/Los_Angeles", "formatted": "Local, Development"},
    "device_info": {"platform": "windows", "device_type": "desktop", "browser": "Tauri",
                    "user_agent": "CentCom/1.0.0", "os_version": "10.0", "formatted": "Windows"},
    "application_info": {"app_name": "centcom", "app_version": "1.0.0", "build_number": "77",
                         "license_type": "enterprise"},
    "security_info": {"mfa_verified": false, "risk_score": 0.1, "risk_factors": ["vpn", "night"],
                      "authentication_method": "password"}},
  "sync_metadata": {"sync_timestamp": "2025-09-18T22:29:31.000Z", "sync_source": "centcom",
                    "sync_version": "2.0_optimized", "last_sync_interval": 480000,
                    "heartbeat_type": "active_sync"}})";

class SessionJson : public testing::Test {
 protected:
  // Keeps the text, which the payload points into.
  const SessionSynced& read(std::string_view json) {
    text_ = json;
    extra_.clear();
    faults_.clear();
    const auto value = document_.parse(text_);
    EXPECT_TRUE(value.has_value()) << json;
    read_session_synced(*value, body_, extra_, faults_);
    return std::get<SessionSynced>(body_.payload);
  }
  // "pointer: message" of each fault in a body whose session_data is given.
  std::vector<std::string> faults_of(std::string_view json) {
    read(json);
    std::vector<std::string> out;
    for (const FieldFault& fault : faults_) out.push_back(fault.pointer + ": " + fault.message);
    return out;
  }
  std::vector<std::string> faults_in_session(const std::string& members) {
    return faults_of(R"({"user_id":"u","session_data":{"session_id":"s",)" + members + "}}");
  }
  std::string written() const {
    std::string out;
    JsonWriter writer(out);
    write_session_synced(body_, writer);
    return out;
  }
  static std::string canonical(std::string_view json) {
    JsonDocument document;
    const std::string text(json);
    return canonical_json(document.parse(text).value());
  }

  JsonDocument document_;
  std::string text_;
  EventBody body_;
  std::string extra_;
  std::vector<FieldFault> faults_;
};

TEST_F(SessionJson, ReadsEveryField) {
  const SessionSynced& s = read(kEverything);
  EXPECT_THAT(faults_, IsEmpty());
  EXPECT_EQ(extra_, "");
  EXPECT_EQ(s.user_id, "2c3d4747-8d67-45af-90f5-b5e9058ec246");
  EXPECT_EQ(s.session_id, "c25744bac907");
  EXPECT_EQ(s.status, SessionStatus::idle);
  EXPECT_EQ(s.created_at, from_iso("2025-09-18T22:09:30Z"));
  EXPECT_EQ(s.last_activity, from_iso("2025-09-18T22:29:30.125Z"));
  EXPECT_EQ(s.duration_seconds, 1200.5);
  EXPECT_EQ(s.ip, "::1");
  EXPECT_EQ(s.region, "CA");
  EXPECT_EQ(s.location_formatted, "Local, Development");
  EXPECT_EQ(s.os_version, "10.0");
  EXPECT_EQ(s.device_formatted, "Windows");
  EXPECT_EQ(s.build_number, "77");
  EXPECT_EQ(s.mfa_verified, false);
  EXPECT_EQ(s.risk_score, 0.1);
  EXPECT_THAT(s.risk_factors, ElementsAre("vpn", "night"));
  EXPECT_EQ(s.authentication_method, "password");
  EXPECT_EQ(s.sync_timestamp, from_iso("2025-09-18T22:29:31Z"));
  EXPECT_EQ(s.last_sync_interval, std::chrono::minutes(8));
  EXPECT_EQ(s.heartbeat_type, "active_sync");
}

TEST_F(SessionJson, WritesWhatItRead) {
  read(kEverything);
  EXPECT_EQ(canonical(written()), canonical(kEverything));
  read(R"({"session_data":{"session_id":"s"},"user_id":"u"})");
  EXPECT_EQ(written(), R"({"user_id":"u","session_data":{"session_id":"s","status":"active"}})");
}

TEST_F(SessionJson, NullAndMissingAreAbsent) {
  const SessionSynced& s = read(
      R"({"user_id":"u","session_data":{"session_id":"s","status":null,"created_at":null,
          "location":null,"security_info":{"mfa_verified":null,"risk_score":null,
          "risk_factors":null}},"sync_metadata":null})");
  EXPECT_THAT(faults_, IsEmpty());
  EXPECT_EQ(extra_, "");
  EXPECT_EQ(s.status, SessionStatus::active);
  EXPECT_EQ(s.created_at, std::nullopt);
  EXPECT_EQ(s.mfa_verified, std::nullopt);
  EXPECT_EQ(s.risk_score, std::nullopt);
}

TEST_F(SessionJson, KeepsUnnamedFieldsWithTheirNesting) {
  read(R"({"user_id":"u","zoom":1.50,"session_data":{"session_id":"s","mood":null,
       "location":{"ip":"::1","lat":[1, 2]},"device_info":{"platform":"web"}},
       "sync_metadata":{"retry":{"n":0}}})");
  EXPECT_THAT(faults_, IsEmpty());
  EXPECT_EQ(canonical(extra_),
            canonical(R"({"zoom":1.5,"session_data":{"mood":null,"location":{"lat":[1,2]}},
                        "sync_metadata":{"retry":{"n":0}}})"));
  EXPECT_THAT(extra_, HasSubstr("1.50")) << "as written";
}

TEST_F(SessionJson, NumbersAreTextsAndIds) {
  const SessionSynced& s = read(
      R"({"user_id":42,"session_data":{"session_id":-7,
          "application_info":{"app_version":1.10,"build_number":20250918},
          "security_info":{"risk_factors":[3,"x"]}}})");
  EXPECT_THAT(faults_, IsEmpty());
  EXPECT_EQ(s.user_id, "42");
  EXPECT_EQ(s.session_id, "-7");
  EXPECT_EQ(s.app_version, "1.10");
  EXPECT_EQ(s.build_number, "20250918");
  EXPECT_THAT(s.risk_factors, ElementsAre("3", "x"));
}

TEST_F(SessionJson, RequiredFields) {
  EXPECT_THAT(faults_of("{}"),
              ElementsAre("/user_id: is required", "/session_data/session_id: is required"));
  EXPECT_THAT(faults_of(R"({"user_id":"","session_data":null})"),
              ElementsAre("/user_id: is required", "/session_data/session_id: is required"));
  EXPECT_THAT(faults_of(R"({"user_id":null,"session_data":{"session_id":""}})"),
              ElementsAre("/user_id: is required", "/session_data/session_id: is required"));
}

TEST_F(SessionJson, NamesWhatIsWrong) {
  EXPECT_THAT(faults_of("[]"), ElementsAre(": must be an object"));
  EXPECT_THAT(faults_of(R"({"user_id":true,"session_data":7})"),
              ElementsAre("/user_id: must be a text or a whole number",
                          "/session_data: must be an object"));
  EXPECT_THAT(faults_of(R"({"user_id":1e3,"session_data":{"session_id":1.5}})"),
              ElementsAre("/user_id: must be a text or a whole number",
                          "/session_data/session_id: must be a text or a whole number"));
  for (const std::string control : {"\\u0000", "\\u001f", "\\n", "\x7f", "\\u0080", "\xc2\x9f"}) {
    const std::string id = "\"a" + control + "\"";
    EXPECT_THAT(faults_of(R"({"user_id":)" + id + R"(,"session_data":{"session_id":)" + id + "}}"),
                ElementsAre("/user_id: must not hold control characters",
                            "/session_data/session_id: must not hold control characters"))
        << control;
  }
  EXPECT_THAT(faults_of("{\"user_id\":\"a \xc2\xa0\xc3\x80\","
                        "\"session_data\":{\"session_id\":\"~\"}}"),
              ElementsAre());
  static constexpr char kSeconds[] =
      "duration_seconds: must be a number of seconds from 0 to 3155760000";
  const std::pair<const char*, const char*> cases[] = {
      {R"("status":"expired")", "status: must be active, idle or terminated"},
      {R"("status":1)", "status: must be active, idle or terminated"},
      {R"("created_at":"yesterday")", "created_at: must be an ISO-8601 time"},
      {R"("created_at":"")", "created_at: must be an ISO-8601 time"},
      {R"("last_activity":1758233370)", "last_activity: must be an ISO-8601 time"},
      {R"("duration_seconds":"1")", kSeconds},
      {R"("duration_seconds":-0.5)", kSeconds},
      {R"("duration_seconds":3155760000.5)", kSeconds},
      {R"("location":"here")", "location: must be an object"},
      {R"("location":{"city":true})", "location/city: must be a text"},
      {R"("device_info":{"browser":{}})", "device_info/browser: must be a text"},
      {R"("application_info":[])", "application_info: must be an object"},
      {R"("security_info":{"mfa_verified":"no"})",
       "security_info/mfa_verified: must be true or "
       "false"},
      {R"("security_info":{"risk_score":1.01})",
       "security_info/risk_score: must be a number from "
       "0 to 1"},
      {R"("security_info":{"risk_score":-0.1})",
       "security_info/risk_score: must be a number from "
       "0 to 1"},
      {R"("security_info":{"risk_score":"0.1"})",
       "security_info/risk_score: must be a number "
       "from 0 to 1"},
      {R"("security_info":{"risk_factors":"vpn"})",
       "security_info/risk_factors: must be an array "
       "of texts"},
      {R"("security_info":{"risk_factors":[null]})",
       "security_info/risk_factors: must be an "
       "array of texts"},
  };
  for (const auto& [members, fault] : cases) {
    EXPECT_THAT(faults_in_session(members), ElementsAre(std::string("/session_data/") + fault))
        << members;
  }
  for (const char* interval : {"0.5", "-1", "3155760000001", "9223372036854775807"}) {
    EXPECT_THAT(faults_of(R"({"user_id":"u","session_data":{"session_id":"s"},"sync_metadata":
                          {"sync_timestamp":"x","heartbeat_type":[],"last_sync_interval":)" +
                          std::string(interval) + "}}"),
                ElementsAre("/sync_metadata/sync_timestamp: must be an ISO-8601 time",
                            "/sync_metadata/last_sync_interval: must be a whole number of "
                            "milliseconds from 0 to 3155760000000",
                            "/sync_metadata/heartbeat_type: must be a text"));
  }
}

}  // namespace
}  // namespace syncline
