#include "connectors/cloudevents/framed_line.h"

#include "connectors/cloudevents/read_test.h"
#include "schemas/body_codec.h"

namespace syncline {
namespace {

class FramedLine : public ReadCloudEvent {
 protected:
  std::string frame_of(const std::string& json) {
    const Draft made = draft(json);
    RecordHeader header;
    header.position = Position(1);
    header.name = {*OriginId::from("a"), 1, Sequence(1)};
    header.body_hash = made.body_hash();
    std::string frame;
    append_frame(header, made.bytes(), frame);
    return frame;
  }
  const LogName log_{"0199", *OriginId::from("n")};
};

TEST_F(FramedLine, CarriesTheFrameBesideTheEvent) {
  const std::string frame = frame_of(
      R"({"specversion":"1.0","id":"1","source":"/s","type":"t","frame":"mine","data":{"a":
1}})");
  for (const bool given : {true, false}) {
    const std::string line = framed_line(frame, given, log_, mappings_);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto json = document_.parse(line).value();
    EXPECT_EQ(json.text_of("type"), "t");
    EXPECT_EQ(json.find("data")->count_of("a"), 1u);
    const FramedEvent read = read_framed_line(line, mappings_).value();
    EXPECT_EQ(read.frame, frame);
    EXPECT_EQ(read.id_given, given);
    EXPECT_EQ(read.log, log_);
  }
}

// An exported line may be posted: what it has beside the event is ignored, as other members of
// ours.
TEST_F(FramedLine, IsAnEventForWhoeverReadsIt) {
  const std::string line =
      framed_line(frame_of(R"({"specversion":"1.0","id":"1","source":"/s","type":"t"})"), true,
                  log_, mappings_);
  EXPECT_EQ(decode_trusted_body(draft(line).bytes()).extensions_json, "");
}

TEST_F(FramedLine, SaysWhatItsFrameSays) {
  const std::string good = framed_line(
      frame_of(R"({"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"a":1}})"), true,
      log_, mappings_);
  const auto fault = [&](const std::string& from, const std::string& to) {
    std::string line = good;
    line.replace(line.find(from), from.size(), to);
    const auto read = read_framed_line(line, mappings_);
    return read.has_error() ? read.error().message : "";
  };
  EXPECT_EQ(fault(R"({"a":1})", R"({"a":2})"), "has another `data` than its frame; it was changed");
  EXPECT_EQ(fault(R"("id":"1")", R"("id":"2")"), "has another `id` than its frame; it was changed");
  EXPECT_EQ(fault(R"("position":1)", R"("position":2)").substr(0, 22), "has another `position`");
  EXPECT_EQ(fault(R"({"a":1})", R"({ "a": 1.0 })"), "") << "the same, spelt otherwise";
  // Of another version of the program, which says less or more of an event.
  EXPECT_EQ(fault(R"("position":1)", R"("place":1)"), "");
}

TEST_F(FramedLine, RefusesWhatIsNone) {
  const std::string good =
      framed_line(frame_of(R"({"specversion":"1.0","id":"1","source":"/s","type":"t"})"), true,
                  log_, mappings_);
  const auto without = [&](const std::string& from, const std::string& to) {
    std::string line = good;
    line.replace(line.find(from), from.size(), to);
    return line;
  };
  for (const std::string& line :
       {std::string(), std::string("[]"), std::string("7"), good.substr(0, good.size() / 2),
        without("\"frame\"", "\"other\""), without("\"frame\":\"", "\"frame\":\"~"),
        without("\"idgiven\":true", "\"idgiven\":1"),
        without("\"lognode\":\"n\"", "\"lognode\":\"N\""),
        without("\"logid\":\"0199\"", "\"logid\":\"\""),
        without("\"logid\":\"0199\"", "\"logid\":\"" + std::string(41, '0') + "\""),
        without("\"logid\":\"0199\"", "\"logid\":\"01\\u000099\""), std::string(100'000, '[')}) {
    const auto read = read_framed_line(line, mappings_);
    ASSERT_TRUE(read.has_error()) << line;
    EXPECT_EQ(read.error().code, ErrorCode::invalid) << line;
  }
}

}  // namespace
}  // namespace syncline
