// A data folder that grows, and a folder of its backups. For tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "engine/backup/create.h"
#include "engine/engine.h"
#include "tests/fakes.h"
#include "tests/temp_folder.h"

namespace syncline {

class BackupFixture : public testing::Test {
 protected:
  std::unique_ptr<Engine> opened(const std::string& data) {
    return Engine::open(
               {.data = data, .node = *OriginId::from("a"), .clock = &clock_, .rng = &rng_}, {})
        .value();
  }

  // Every other event has its producer's id. A folder that was opened again has its events in
  // sorted files.
  void append(Engine& engine, std::uint64_t events) {
    for (std::uint64_t i = 0; i < events; ++i) {
      clock_.advance(std::chrono::milliseconds(10));
      const std::string subject = "s/" + std::to_string(i % 3);
      Draft draft = test_draft(i % 2 == 0 ? "i" + std::to_string(++made_) : "", subject, "{}");
      if (!draft.content_hash) draft = without_id(subject);
      engine.append(one_draft(std::move(draft))).value();
    }
  }
  void append(std::uint64_t events) { append(*opened(data()), events); }

  // As the product names an event whose producer does not.
  Draft without_id(const std::string& subject) {
    const std::string id = uuid7(clock_.now(), rng_);
    EventBody body;
    body.id = id;
    body.source = "test";
    body.subject = subject;
    body.payload = Document{"test.event", Encoding::json, "{}", ""};
    return make_draft(body).value();
  }

  BackupOptions options() {
    clock_.advance(std::chrono::seconds(1));
    return {.repository = repository(), .now = clock_.now(), .program = "test"};
  }
  BackupMade backed_up() { return back_up_folder(data(), options()).value(); }

  std::string data() const { return folder_ / "data"; }
  std::string repository() const { return folder_ / "backups"; }
  std::string path(const std::string& id) const { return repository() + "/" + id; }

  static Head head_of(const std::string& data) {
    return Log::open({.path = data + "/log", .read_only = true}).value()->head();
  }
  static void flip(const std::string& file, std::streamoff at) {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(at);
    const char altered = static_cast<char>(bytes.get() ^ 1);
    bytes.seekp(at);
    bytes.put(altered);
  }
  static std::string first_ending(const std::string& folder, const std::string& ending) {
    std::string first;
    for (const auto& each : std::filesystem::directory_iterator(folder)) {
      const std::string path = each.path().string();
      if (path.ends_with(ending) && (first.empty() || path < first)) first = path;
    }
    return first;
  }

  const TempFolder folder_;
  FakeClock clock_;
  SeededRng rng_{1};
  std::uint64_t made_ = 0;
};

}  // namespace syncline
