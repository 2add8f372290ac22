#include "ops/cli/config_mirror.h"

#include <gmock/gmock.h>

#include "ops/cli/scratch_folder.h"

namespace syncline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

class ConfigMirrorTest : public testing::Test {
 protected:
  ConfigReading read(const std::string& mirror, const NamedTexts& environment = {}) {
    return read_config(
        {true, folder.write("syncline.toml", "[mirror]\n" + mirror), environment, {}});
  }
  std::vector<std::string> faults(const std::string& mirror) {
    std::vector<std::string> texts;
    for (const ConfigFault& fault : read(mirror).faults) texts.push_back(fault.text());
    return texts;
  }

  const ScratchFolder folder;
};

TEST_F(ConfigMirrorTest, Defaults) {
  const MirrorOptions options = mirror_options(read("").config).value();
  EXPECT_EQ(options.brokers, "");
  EXPECT_EQ(options.prefix, "syncline");
  EXPECT_EQ(options.format, MirrorFormat::json);
  EXPECT_EQ(options.partitions, 12U);
  EXPECT_TRUE(options.create_topics);
  EXPECT_THAT(options.librdkafka, IsEmpty());
}

TEST_F(ConfigMirrorTest, SecretsComeFromFilesOrTheEnvironment) {
  const std::string file = folder.write("password", "hidden\n").string();
  const auto reading = read(
      "brokers = \"k:9092\"\nprefix = \"acme\"\nformat = \"flatbuffers\"\npartitions = 3\n"
      "create_topics = false\n[mirror.librdkafka]\nsecurity.protocol = \"sasl_ssl\"\n"
      "\"sasl.password\" = \"file:" +
      file +
      "\"\n\"linger.ms\" = 1\n"
      "\"socket.keepalive.enable\" = true\n");
  EXPECT_THAT(reading.faults, IsEmpty());
  EXPECT_THAT(reading.config.unused, IsEmpty());
  const MirrorOptions options = mirror_options(reading.config).value();
  EXPECT_EQ(options.brokers, "k:9092");
  EXPECT_EQ(options.prefix, "acme");
  EXPECT_EQ(options.format, MirrorFormat::frame);
  EXPECT_EQ(options.partitions, 3U);
  EXPECT_FALSE(options.create_topics);
  EXPECT_THAT(
      options.librdkafka,
      UnorderedElementsAre(Pair("security.protocol", "sasl_ssl"), Pair("sasl.password", "hidden"),
                           Pair("linger.ms", "1"), Pair("socket.keepalive.enable", "true")));
  const auto environment =
      read("", {{"SYNCLINE_MIRROR_LIBRDKAFKA", R"({"sasl.password" = "hidden"})"}});
  EXPECT_THAT(mirror_options(environment.config).value().librdkafka,
              ElementsAre(Pair("sasl.password", "hidden")));
}

TEST_F(ConfigMirrorTest, WhatLibrdkafkaDoesNotTakeIsNamedWithoutItsValue) {
  const std::pair<std::string, const char*> cases[] = {
      {"[mirror.librdkafka]\n\"sasl.pasword\" = \"hidden\"", "`sasl.pasword` is no property"},
      {"[mirror.librdkafka]\n\"security.protocol\" = \"hidden\"",
       "`security.protocol` has a value"},
      {"[mirror.librdkafka]\n\"transactional.id\" = \"hidden\"",
       "`transactional.id` is not to be set"},
      {"[mirror.librdkafka]\n\"sasl.password\" = \"file:/nowhere/hid\"",
       "`sasl.password` names a file: /nowhere/hid is not there"},
      {"[mirror.librdkafka]\n\"linger.ms\" = 0.5", "must be a text, a whole number"},
      {"prefix = \"a b\"", "must be 1 to 128"},
      {"prefix = \"\"", "must be 1 to 128"}};
  for (const auto& [text, said] : cases) {
    EXPECT_THAT(faults(text),
                ElementsAre(testing::AllOf(HasSubstr(said), Not(HasSubstr("hidden")))));
  }
}

}  // namespace
}  // namespace syncline
