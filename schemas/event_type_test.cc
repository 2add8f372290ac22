#include "schemas/event_type.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace syncline {
namespace {

std::string fbs_schema() {
  std::ifstream file(SYNCLINE_SOURCE_DIR "/schemas/event.fbs");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The members of `enum EventType` in event.fbs, in order; custom first.
std::vector<std::string> fbs_event_types() {
  const std::string schema = fbs_schema();
  const auto begin = schema.find('{', schema.find("enum EventType"));
  std::istringstream members(schema.substr(begin + 1, schema.find('}', begin) - begin - 1));
  std::vector<std::string> names;
  for (std::string member; std::getline(members, member, ',');) {
    std::istringstream words(member);
    names.emplace_back();
    words >> names.back();
  }
  return names;
}

TEST(EventType, NamesAreUniqueAndFindTheirType) {
  std::set<std::string_view> seen;
  for (const EventTypeInfo& t : event_types()) {
    EXPECT_TRUE(seen.insert(t.name).second) << t.name;
    const EventTypeInfo* found = find_event_type(t.name);
    ASSERT_NE(found, nullptr) << t.name;
    EXPECT_EQ(found->type, t.type) << t.name;
    EXPECT_EQ(info(t.type).name, t.name);
  }
}

TEST(EventType, WhatHasNoNameIsCustom) {
  for (const char* name :
       {"", "custom", "session", "session.", "Session.synced", "com.example.x"}) {
    EXPECT_EQ(find_event_type(name), nullptr) << name;
  }
  EXPECT_EQ(info(EventType::custom).name, "custom");
  EXPECT_EQ(info(static_cast<EventType>(event_types().size() + 1)).type, EventType::custom);
}

TEST(EventType, TheSchemaOnDiskHasTheSameNumbers) {
  const auto names = fbs_event_types();
  ASSERT_EQ(names.size(), event_types().size() + 1);
  EXPECT_EQ(names[0], "custom");
  for (const EventTypeInfo& t : event_types()) {
    std::string expected(t.name);
    std::replace(expected.begin(), expected.end(), '.', '_');
    EXPECT_EQ(names[static_cast<std::size_t>(t.type)], expected);
  }
}

// The table of the event types, row by row as the contract has it.
TEST(EventType, EveryTypeOfTheContractHasItsNumber) {
  std::set<std::string> expected;
  const auto family = [&](const std::string& prefix, std::initializer_list<const char*> names) {
    for (const char* n : names) expected.insert(prefix + "." + n);
  };
  family("session", {"synced", "expired"});
  family("presence", {"beat", "cleared", "expired"});
  for (const char* record : {"license_key", "customer", "admin_user", "release", "setting",
                             "enrollment", "profile", "user", "progress"}) {
    family(record, {"created", "updated", "deleted"});
  }
  family("license", {"validated"});
  family("room",
         {"limbic_updated", "convergence_updated", "posture_changed", "message", "joined", "left"});
  family("task",
         {"requested", "claimed", "progressed", "completed", "failed", "expired", "cancelled"});
  family("webhook", {"endpoint_changed"});
  family("sync", {"requested"});
  family("login", {"refused"});
  family("config", {"applied"});
  family("log", {"loss_accepted", "restored"});

  std::set<std::string> present;
  for (const EventTypeInfo& t : event_types()) present.emplace(t.name);
  EXPECT_EQ(present, expected);
}

TEST(EventType, OnlyTheEngineDecidesTheReservedOnes) {
  std::set<std::string_view> reserved;
  for (const EventTypeInfo& t : event_types()) {
    if (t.reserved) reserved.insert(t.name);
  }
  const std::set<std::string_view> expected{
      "session.expired",          "presence.expired", "task.expired",  "license.validated",
      "webhook.endpoint_changed", "sync.requested",   "login.refused", "config.applied",
      "log.loss_accepted",        "log.restored"};
  EXPECT_EQ(reserved, expected);
  for (const EventTypeInfo& t : event_types()) EXPECT_EQ(is_reserved(t.name), t.reserved) << t.name;
}

TEST(EventType, WhatExpiresIsTheEnginesWhateverItsName) {
  for (const char* name : {"Session.expired", "foo.expired", "a.b.expired", ".expired"}) {
    EXPECT_TRUE(is_reserved(name)) << name;
  }
  for (const char* name : {"expired", "session.expired.not", "session.Expired", "foo_expired"}) {
    EXPECT_FALSE(is_reserved(name)) << name;
  }
}

TEST(EventType, RecordsAreTheChangesOfRecords) {
  std::size_t records = 0;
  for (const EventTypeInfo& t : event_types()) {
    if (!t.record) continue;
    ++records;
    const auto dot = t.name.find('.');
    EXPECT_EQ(t.subject_prefix, std::string(t.name.substr(0, dot)) + "/");
  }
  EXPECT_EQ(records, 27u);
}

}  // namespace
}  // namespace syncline
