// Many clients at once on the real engine, with repeated ids and, at times, another content under a
// used one: each id is kept once, each repeat is told the first position.
#include <map>
#include <random>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "tests/answers.h"
#include "tests/open_engine.h"
#include "tests/property/sequencer_model.h"
#include "tests/share.h"
#include "tests/temp_folder.h"

namespace syncline {
namespace {

constexpr int kClients = 64;
constexpr int kInFlight = 32;  // per client: a request's worth, then wait

struct Sent {
  std::string id;
  bool altered = false;  // another content than the id's first sender had
};

TestEvent event_of(const Sent& sent) {
  TestEvent event;
  event.source = "storm";
  event.id = sent.id;
  event.subject = "thing/" + sent.id;
  event.type = "test.storm";
  event.data = sent.altered ? R"({"altered":true})" : R"({"id":")" + sent.id + R"("})";
  return event;
}

// One client: its own ids, one in five a repeat of an id that any client may have sent by now, and
// one in a hundred an alteration of an id that it knows to be kept.
struct Client {
  int number;
  int appends;
  std::vector<std::pair<Sent, Result<std::vector<Receipt>>>> results = {};

  void run(Engine& engine) {
    std::mt19937_64 random(static_cast<std::uint64_t>(number));
    std::vector<std::string> kept;
    int own = 0;
    for (int done = 0; done < appends;) {
      std::vector<Sent> chunk;
      Answers answers;
      for (; done < appends && chunk.size() < kInFlight; ++done) {
        chunk.push_back(next(random, kept, own));
        auto submission = std::make_unique<Submission>();
        submission->drafts.push_back(draft_of(event_of(chunk.back())));
        answers.expect(*submission);
        engine.submit(std::move(submission));
      }
      ASSERT_TRUE(answers.wait());
      for (std::size_t i = 0; i < chunk.size(); ++i) {
        if (!chunk[i].altered) kept.push_back(chunk[i].id);
        results.emplace_back(std::move(chunk[i]), answers[i].answer);
      }
    }
  }

  Sent next(std::mt19937_64& random, const std::vector<std::string>& kept, int& own) const {
    if (!kept.empty() && random() % 100 == 0) return {kept[random() % kept.size()], true};
    const bool repeat = own > 0 && random() % 5 == 0;
    const int client = repeat ? static_cast<int>(random() % kClients) : number;
    const int of = repeat ? static_cast<int>(random() % own) : own++;
    return {std::to_string(client) + "-" + std::to_string(of)};
  }
};

TEST(AppendStorm, EachIdOnceEachRepeatTheFirstPosition) {
  const int appends = count_of({.full = 100'000, .plain = 100'000, .sanitized = 10'000});
  TempFolder folder;
  SystemClock clock;
  SystemRng rng;
  auto engine = open_engine(
      {.data = folder / "data", .node = *OriginId::from("a"), .clock = &clock, .rng = &rng},
      std::make_unique<TallyProjection>());

  std::vector<Client> clients;
  for (int i = 0; i < kClients; ++i) clients.push_back({i, appends / kClients});
  {
    std::vector<std::jthread> threads;
    for (Client& client : clients) threads.emplace_back([&] { client.run(*engine); });
  }

  std::map<std::string, std::uint64_t> position_of;
  std::set<std::uint64_t> firsts;
  int repeats = 0;
  int conflicts = 0;
  for (const Client& client : clients) {
    ASSERT_EQ(client.results.size(), static_cast<std::size_t>(appends / kClients));
    for (const auto& [sent, answer] : client.results) {
      if (sent.altered) {
        ++conflicts;
        ASSERT_TRUE(answer.has_error());
        EXPECT_EQ(answer.error().code, ErrorCode::conflict);
        continue;
      }
      ASSERT_TRUE(answer.has_value()) << answer.error().message;
      const Receipt& receipt = answer->front();
      const auto known = position_of.emplace(sent.id, receipt.position.value).first;
      EXPECT_EQ(known->second, receipt.position.value) << sent.id;
      if (receipt.duplicate) {
        ++repeats;
      } else {
        EXPECT_TRUE(firsts.insert(receipt.position.value).second) << "given twice";
      }
    }
  }
  EXPECT_EQ(firsts.size(), position_of.size()) << "each id has one first answer";
  RecordProperty("appends", appends);
  RecordProperty("repeats", repeats);
  RecordProperty("conflicts", conflicts);
  EXPECT_GT(repeats, appends / 8);
  EXPECT_GT(conflicts, appends / 400);

  const Position head = engine->log().head().position;
  EXPECT_EQ(head.value, position_of.size());
  std::uint64_t seen = 0;
  const auto scanned =
      engine->log().scan(Position{1}, head, [&](Position position, std::string_view frame) {
        const Event event = decode_frame(frame);
        EXPECT_EQ(position_of.at(std::string(event.body.id)), position.value);
        EXPECT_NE(std::get<Document>(event.body.payload).data, R"({"altered":true})");
        ++seen;
        return true;
      });
  ASSERT_TRUE(scanned.has_value());
  EXPECT_EQ(seen, head.value);
}

}  // namespace
}  // namespace syncline
