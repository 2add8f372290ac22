#include "engine/backup/manifest.h"

#include <gtest/gtest.h>

namespace syncline {
namespace {

BackupManifest sample() {
  BackupManifest manifest;
  manifest.identity = "01890000-0000-7000-8000-000000000001";
  manifest.node = "a";
  manifest.head = {Position(1042), sha256("head")};
  manifest.time = Time(std::chrono::milliseconds(1'769'903'999'999));
  manifest.program = "0.2.0";
  manifest.files = {{"log.acked", 128, sha256("acked")}, {"log/000012.sst", 7, sha256("sst")}};
  return manifest;
}

TEST(BackupManifest, ComesBackAsItWas) {
  const auto read = decode_manifest(encode_manifest(sample())).value();
  EXPECT_EQ(read.identity, sample().identity);
  EXPECT_EQ(read.node, "a");
  EXPECT_EQ(read.head.position, Position(1042));
  EXPECT_EQ(read.head.hash, sample().head.hash);
  EXPECT_EQ(read.time, sample().time);
  EXPECT_EQ(read.program, "0.2.0");
  EXPECT_EQ(read.bytes(), 135u);
  ASSERT_NE(read.file("log/000012.sst"), nullptr);
  EXPECT_EQ(read.file("log/000012.sst")->sha256, sha256("sst"));
  EXPECT_EQ(read.file("log/000013.sst"), nullptr);
}

TEST(BackupManifest, EveryAlteredByteIsFound) {
  const std::string text = encode_manifest(sample());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string altered = text;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_TRUE(decode_manifest(altered).has_error()) << i;
    EXPECT_TRUE(decode_manifest(text.substr(0, i)).has_error()) << i;
  }
}

std::string sealed(const std::string& text) { return text + "end " + hex(sha256(text)) + "\n"; }

TEST(BackupManifest, LeadsToNoFileOutsideTheBackup) {
  const std::string text = encode_manifest(sample());
  const std::string lines = text.substr(0, text.rfind("end "));
  EXPECT_TRUE(decode_manifest(sealed(lines)).has_value());
  for (const char* path : {"../log.acked", "log/../../x", "/etc/passwd", "log/.x", "log/", "x",
                           "log/a/b", "log/a b", ""}) {
    const std::string line = "file " + hex(sha256("x")) + " 1 " + path + "\n";
    EXPECT_EQ(decode_manifest(sealed(lines + line)).error().code, ErrorCode::corrupt) << path;
  }
  for (const char* line : {"file x 1 log/z\n", "file\n", "more\n", "\n"}) {
    EXPECT_TRUE(decode_manifest(sealed(lines + line)).has_error()) << line;
  }
}

TEST(BackupManifest, OfANewerProgramIsRefusedByName) {
  std::string text = encode_manifest(sample());
  text.replace(0, 17, "syncline backup 2");
  EXPECT_EQ(decode_manifest(text).error().code, ErrorCode::newer_format);
}

TEST(BackupId, StandsInTheOrderOfTimeAndIsNoPath) {
  EXPECT_EQ(backup_id(sample()), "20260131T235959.999Z-1042");
  BackupManifest later = sample();
  later.time += std::chrono::milliseconds(1);
  EXPECT_EQ(backup_id(later), "20260201T000000.000Z-1042");
  EXPECT_LT(backup_id(sample()), backup_id(later));
  EXPECT_TRUE(is_backup_id(backup_id(sample())));
  for (const char* name : {"", ".", "..", "partial", "LOCK", "2026/..", "2 6", "../2026"}) {
    EXPECT_FALSE(is_backup_id(name)) << name;
  }
}

}  // namespace
}  // namespace syncline
