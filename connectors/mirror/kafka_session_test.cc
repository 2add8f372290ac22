#include "connectors/mirror/kafka_session.h"

#include <gmock/gmock.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "connectors/mirror/kafka_handle.h"

namespace syncline {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSoon{10'000};
constexpr std::int16_t kProduce = 0, kInitProducerId = 22, kEndTxn = 26;  // Kafka's request types

// librdkafka's own cluster: it takes transactions, and knows neither admin requests nor aborted
// records, so that what a reader sees of an abort is tested with a real broker.
class KafkaSessionTest : public testing::Test {
 protected:
  KafkaSessionTest()
      : host_(KafkaHandle::open(RD_KAFKA_PRODUCER, KafkaConf(rd_kafka_conf_new())).value()),
        cluster_(rd_kafka_mock_cluster_new(host_.get(), 1)) {
    options_.brokers = rd_kafka_mock_cluster_bootstraps(cluster_);
    options_.prefix = "t";
    options_.create_topics = false;
    for (const TopicFamily family : kTopicFamilies) make_topic(topic_name("t", family), 2);
    make_topic(progress_topic("t", node_), 1);
  }
  ~KafkaSessionTest() override { rd_kafka_mock_cluster_destroy(cluster_); }

  void make_topic(const std::string& topic, int partitions) {
    rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, 1);
  }
  std::unique_ptr<MirrorKafka> open() { return std::move(*open_kafka_session(options_, node_)); }
  // As far as a transaction can be begun.
  std::unique_ptr<MirrorKafka> ready() {
    auto session = open();
    EXPECT_TRUE(session->find_topics(kSoon));
    const auto fenced = session->fence(kSoon);
    EXPECT_TRUE(fenced) << fenced.error().message;
    return session;
  }
  static MirrorRecord record(std::string_view key) {
    MirrorRecord made;
    made.family = TopicFamily::custom;
    made.key = key;
    made.value = "v";
    made.headers = {{"content-type", "x"}, {"syncline-frame", std::string("\0\1", 2)}};
    return made;
  }

  const OriginId node_ = *OriginId::from("n");
  const KafkaHandle host_;
  rd_kafka_mock_cluster_t* const cluster_;
  MirrorOptions options_;
};

TEST_F(KafkaSessionTest, ATransactionBringsItsProgress) {
  const auto session = ready();
  EXPECT_EQ(session->last_progress(kSoon).value(), std::nullopt);
  EXPECT_FALSE(session->topics_hold_records(kSoon).value());
  for (const char* progress : {"first", "second"}) {
    ASSERT_TRUE(session->begin());
    ASSERT_TRUE(session->send(record("s/1")));
    ASSERT_TRUE(session->send_progress(progress));
    const auto committed = session->commit(kSoon);
    ASSERT_TRUE(committed) << committed.error().message;
    EXPECT_EQ(session->last_progress(kSoon).value(), progress);
  }
  EXPECT_TRUE(session->topics_hold_records(kSoon).value());
  EXPECT_EQ(ready()->last_progress(kSoon).value(), "second");
}

// More than the reader looks back at first.
TEST_F(KafkaSessionTest, TheLastProgressIsFoundBeforeMuchElse) {
  const auto session = ready();
  ASSERT_TRUE(session->begin());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(session->send_progress(std::to_string(i)));
  ASSERT_TRUE(session->commit(kSoon));
  const auto other = KafkaHandle::open(RD_KAFKA_PRODUCER, reader_conf(options_, node_)).value();
  for (int i = 0; i < 200; ++i) {
    rd_kafka_producev(other.get(), RD_KAFKA_V_TOPIC("t.progress.n"), RD_KAFKA_V_PARTITION(0),
                      RD_KAFKA_V_KEY("another", 7), RD_KAFKA_V_END);
  }
  ASSERT_EQ(rd_kafka_flush(other.get(), static_cast<int>(kSoon.count())),
            RD_KAFKA_RESP_ERR_NO_ERROR);
  EXPECT_EQ(session->last_progress(kSoon).value(), "2");
}

TEST_F(KafkaSessionTest, TopicsThatAreMissingAreNamed) {
  const auto found = open()->find_topics(kSoon).value();
  EXPECT_EQ(found.partitions.size(), kTopicFamilies.size());
  EXPECT_EQ(found.partitions.at("t.custom"), 2U);
  options_.prefix = "other";
  const auto missing = open()->find_topics(kSoon);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, FaultKind::retriable);
  EXPECT_THAT(missing.error().message, testing::HasSubstr("other."));
}

TEST_F(KafkaSessionTest, FaultsAreOfTheirKind) {
  const struct {
    const char* what;
    std::int16_t request;
    rd_kafka_resp_err_t error;
    FaultKind kind;
  } cases[] = {
      {"a newer producer", kEndTxn, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, FaultKind::fenced},
      {"a newer producer, while sending", kProduce, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
       FaultKind::fenced},
      {"a record that is too large", kProduce, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
       FaultKind::abortable},
      {"who may not", kEndTxn, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
       FaultKind::fatal},
  };
  for (const auto& c : cases) {
    const auto session = ready();
    ASSERT_TRUE(session->begin());
    rd_kafka_mock_push_request_errors(cluster_, c.request, 1, c.error);
    ASSERT_TRUE(session->send(record("s/1")));
    const auto committed = session->commit(kSoon);
    ASSERT_FALSE(committed) << c.what;
    EXPECT_EQ(committed.error().kind, c.kind) << c.what << ": " << committed.error().message;
    rd_kafka_mock_clear_request_errors(cluster_, c.request);
    if (c.kind == FaultKind::abortable) {
      EXPECT_TRUE(session->abort(kSoon));
    }
  }
}

TEST_F(KafkaSessionTest, BrokersThatAreAwayAreRetried) {
  options_.brokers = "127.0.0.1:1";
  const auto session = open();
  const auto found = session->find_topics(milliseconds(300));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, FaultKind::retriable);
  EXPECT_THAT(found.error().message, testing::HasSubstr("127.0.0.1:1"));
}

TEST(LibrdkafkaProperty, IsTakenOrNamedWithoutItsValue) {
  EXPECT_EQ(librdkafka_fault("security.protocol", "sasl_ssl"), "");
  EXPECT_EQ(librdkafka_fault("sasl.password", "secret"), "");
  for (const auto& [property, value, said] :
       {std::tuple("sasl.pasword", "secret", "no property"),
        std::tuple("security.protocol", "secret", "does not take"),
        std::tuple("transactional.id", "secret", "not to be set"),
        std::tuple("bootstrap.servers", "secret", "mirror.brokers"),
        std::tuple("isolation.level", "secret", "not to be set")}) {
    const std::string fault = librdkafka_fault(property, value);
    EXPECT_THAT(fault, testing::HasSubstr(said)) << property;
    EXPECT_THAT(fault, testing::Not(testing::HasSubstr("secret"))) << property;
  }
}

}  // namespace
}  // namespace syncline
