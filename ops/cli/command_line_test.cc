#include "ops/cli/command_line.h"

#include <sstream>

#include <gmock/gmock.h>

#include "ops/cli/log_commands.h"
#include "ops/cli/replay_commands.h"
#include "ops/cli/serve_commands.h"
#include "ops/cli/shared_words.h"
#include "ops/cli/views_commands.h"

namespace syncline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::variant<Command, ParseEnd> parse(const std::string& line) {
  std::istringstream in(line);
  return parse_command_line({std::istream_iterator<std::string>(in), {}});
}

template <class T>
T parsed(const std::string& line) {
  const auto result = parse(line);
  const auto* command = std::get_if<Command>(&result);
  const T* asked = command == nullptr ? nullptr : command->as<T>();
  if (asked == nullptr) {
    ADD_FAILURE() << line << " is not the command it should be";
    return {};
  }
  return *asked;
}

TEST(CommandLine, Serve) {
  const auto plain = parsed<ServeCommand>("serve");
  EXPECT_FALSE(plain.dev);
  EXPECT_EQ(plain.log_format, LogFormat::human);
  EXPECT_EQ(plain.log_level, LogLevel::info);

  const auto dev = parsed<ServeCommand>(
      "serve --dev --data d --listen 127.0.0.1:0 --config c.toml --log-format json --log-level "
      "debug");
  EXPECT_TRUE(dev.dev);
  EXPECT_EQ(dev.data, "d");
  EXPECT_EQ(dev.listen, "127.0.0.1:0");
  EXPECT_EQ(dev.config, "c.toml");
  EXPECT_EQ(dev.log_format, LogFormat::json);
  EXPECT_EQ(dev.log_level, LogLevel::debug);
}

TEST(CommandLine, Token) {
  const auto token = parsed<TokenCommand>("token --data d --sub 42 --role admin --role ops");
  EXPECT_EQ(token.sub, "42");
  EXPECT_THAT(token.roles, ElementsAre("admin", "ops"));
  EXPECT_EQ(token.ttl, "24h");
}

TEST(CommandLine, ReadingVerbs) {
  EXPECT_EQ(parsed<LogHeadCommand>("log head --data d").where.data, "d");
  EXPECT_TRUE(parsed<LogHeadCommand>("log head --data d --json").json);
  EXPECT_EQ(parsed<LogGetCommand>("log get 42 --data d").position, Position(42));
  EXPECT_EQ(parsed<LogTailCommand>("log tail --data d").count, 10u);
  const auto tail = parsed<LogTailCommand>("log tail -n 3 --follow --server http://h:1");
  EXPECT_EQ(tail.count, 3u);
  EXPECT_TRUE(tail.follow);
  EXPECT_EQ(tail.where.server, "http://h:1");
  EXPECT_EQ(parsed<HistoryCommand>("history node/a --data d").subject, "node/a");
  EXPECT_EQ(parsed<ViewsDigestCommand>("views digest --data d").name, "");
  EXPECT_EQ(parsed<ViewsDigestCommand>("views digest sessions --data d").name, "sessions");
  EXPECT_EQ(parsed<ViewsShowCommand>("views show sessions --data d").name, "sessions");
  EXPECT_EQ(parsed<ViewsRebuildCommand>("views rebuild sessions --data d").name, "sessions");
  EXPECT_EQ(
      parsed<ViewsListCommand>("views list --server http://h:1 --token-file t").where.token_file,
      "t");
}

TEST(CommandLine, ExportRange) {
  const auto all = parsed<LogExportCommand>("log export --data d");
  EXPECT_FALSE(all.from);
  EXPECT_FALSE(all.to);
  const auto some = parsed<LogExportCommand>("log export --data d --from 2 --to 7 --output f");
  EXPECT_EQ(some.from, Position(2));
  EXPECT_EQ(some.to, Position(7));
  EXPECT_EQ(some.output, "f");
}

TEST(CommandLine, VerifyRange) {
  EXPECT_FALSE(parsed<LogVerifyCommand>("log verify --data d").from);
  const auto some = parsed<LogVerifyCommand>("log verify --server http://h:1 --from 2 --to 2");
  EXPECT_EQ(some.from, Position(2));
  EXPECT_EQ(some.to, Position(2));
}

TEST(CommandLine, Replay) {
  const auto to_http = parsed<ReplayCommand>(
      "replay --data d --from 2 --to 9 --filter type=a --subject s/1 --to-http http://h/p "
      "--header-file h --cursor c --speed 10x");
  EXPECT_EQ(to_http.from, Position(2));
  EXPECT_EQ(to_http.filter.type, "a");
  EXPECT_EQ(to_http.filter.subject, "s/1");
  EXPECT_EQ(to_http.to_http, "http://h/p");
  EXPECT_EQ(to_http.header_file, "h");
  EXPECT_EQ(to_http.cursor, "c");
  EXPECT_TRUE(parsed<ReplayCommand>("replay --data d --to-stdout").to_stdout);
  EXPECT_EQ(parsed<ReplayCommand>("replay --data d --to-file f").to_file, "f");
}

TEST(CommandLine, WhatManyVerbsTake) {
  struct Asked {
    std::optional<std::uint64_t> rate;
    EventFilter filter;
  };
  const auto fault = [](std::vector<std::string> words, Asked& asked) {
    VerbTree tree("p", "text");
    VerbWords verb = tree.top().verb("v", "text", std::make_shared<VersionCommand>());
    add_rate(verb, asked.rate);
    add_filter(verb, asked.filter);
    words.insert(words.begin(), "v");
    const auto end = tree.parse(words);
    return std::holds_alternative<ParseEnd>(end) ? std::get<ParseEnd>(end).text : "";
  };
  Asked asked;
  EXPECT_EQ(fault({"--rate", "20MiB", "--type", "a", "--filter", "source=/b=c", "--filter",
                   "since=2025-09-18T00:00:00Z"},
                  asked),
            "");
  EXPECT_EQ(asked.rate, 20u << 20);
  EXPECT_EQ(asked.filter.type, "a");
  EXPECT_EQ(asked.filter.source, "/b=c");
  EXPECT_EQ(asked.filter.text("since"), "2025-09-18T00:00:00.000Z");
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"--rate", "0B"}, "--rate must be a size, like 20MiB"},
      {{"--rate", "20"}, "--rate must be a size, like 20MiB"},
      {{"--since", "noon"}, "--since must be a time, like"},
      {{"--filter", "since=noon"}, "--filter since must be a time, like"},
      {{"--filter", "type=b"}, "--filter type is given twice"},
      {{"--filter", "colour=red"}, "--filter must be NAME=VALUE, with type,"},
      {{"--filter", "type"}, "--filter must be NAME=VALUE, with type,"}};
  for (const auto& [words, said] : cases) {
    EXPECT_THAT(fault(words, asked), ::testing::StartsWith("syncline: " + std::string(said)));
  }
}

TEST(CommandLine, ConfigCheckTakesItsFileWithAndWithoutFlag) {
  EXPECT_EQ(parsed<ConfigCheckCommand>("config check c.toml --dev").config, "c.toml");
  EXPECT_EQ(parsed<ConfigCheckCommand>("config check --config c.toml").config, "c.toml");
}

TEST(CommandLine, WhatIsNotUnderstoodIsUsage) {
  for (const char* line : {"",
                           "nonsense",
                           "serve --nonsense",
                           "log",
                           "log head",
                           "log head --data",
                           "log get --data d",
                           "log get 0 --data d",
                           "log get x --data d",
                           "log get -1 --data d",
                           "log head --data d --server http://h:1",
                           "log head --data d --token-file t",
                           "token --sub 1",
                           "token --data d",
                           "token --data d --config c --sub 1",
                           "log tail -n x --data d",
                           "log export --data d --from 0",
                           "log verify",
                           "log verify --data d --from 3 --to 2",
                           "views rebuild --data d",
                           "replay --data d",
                           "replay --data d --to-stdout --to-file f",
                           "replay --data d --to-stdout --cursor c",
                           "replay --data d --to-stdout --speed fast",
                           "history --data d",
                           "serve --log-format xml",
                           "serve --log-level loud",
                           "version extra"}) {
    const auto result = parse(line);
    const auto* end = std::get_if<ParseEnd>(&result);
    ASSERT_NE(end, nullptr) << "`" << line << "` was understood";
    EXPECT_EQ(end->exit, Exit::usage) << line;
    EXPECT_THAT(end->text, HasSubstr("syncline: ")) << line;
    EXPECT_EQ(end->text.find('\n'), end->text.size() - 1) << "one line: " << end->text;
  }
}

TEST(CommandLine, WhatIsNotUnderstoodIsSaidPlainly) {
  const std::pair<const char*, const char*> cases[] = {
      {"log get 0 --data d", "position must be a whole number from 1"},
      {"log get x --data d", "position must be a whole number from 1"},
      {"log export --data d --from 0", "--from must be a whole number from 1"},
      {"log export --data d --from 5 --to 2", "--to must not be before --from"},
      {"log tail -n x --data d", "-n must be a whole number"},
      {"serve --log-format xml", "--log-format must be human or json"},
      {"foo", "there is no verb `foo`; `syncline --help` lists them"},
      {"log foo", "there is no verb `foo`; `syncline log --help` lists them"},
      {"log", "`syncline log` needs a verb"},
      {"log head",
       "--data FOLDER or --server http://HOST:PORT is required; `syncline log head "
       "--help` says what it takes\n"},
      {"backup restore dir", "id is required; `syncline backup restore --help` says what it takes"},
      {"backup verify --nonsense dir",
       "there is no option --nonsense; `syncline backup verify --help` says what it takes"},
      {"--nonsense", "there is no option --nonsense; `syncline --help` lists the verbs"},
      {"--verison", "there is no option --verison; did you mean `--version`? `syncline --help`"},
      {"serv --dev", "there is no verb `serv`; did you mean `serve`? `syncline --help` lists them"},
      {"log hed --data d", "there is no verb `hed`; did you mean `head`? `syncline log --help`"},
      {"log head --date x", "there is no option --date; did you mean `--data`? `syncline log head"},
      {"serve --listn x y", "there is no option --listn; did you mean `--listen`? "},
      {"serve --listn=x --dat=y", "there is no option --listn; did you mean"},
      {"log head a b --date x",
       "`syncline log head` takes no word `a`; `syncline log head --help` says what"},
      {"log tail -n5 -x --data d", "there is no option -x; `syncline log tail --help`"},
      {"log get 1 2 --data d", "`syncline log get` takes no word `2`; "},
      {"log get --nonsense --data d", "there is no option --nonsense; "},
      {"log head --server nonsense", "--server must be a server's address, http://HOST:PORT"},
      {"backup list --server http://h", "--server must be a server's address, http://HOST:PORT"}};
  for (const auto& [line, said] : cases) {
    const auto result = parse(line);
    const auto* end = std::get_if<ParseEnd>(&result);
    ASSERT_NE(end, nullptr) << line;
    EXPECT_THAT(end->text, ::testing::StartsWith("syncline: " + std::string(said))) << line;
  }
}

TEST(CommandLine, OnlyWhatLeadsToVerbsPointsToTheirHelp) {
  const auto help = [](const std::string& line) { return std::get<ParseEnd>(parse(line)).text; };
  EXPECT_THAT(help("--help"), HasSubstr("`syncline VERB --help` says more about a verb"));
  EXPECT_THAT(help("log --help"), HasSubstr("`syncline log VERB --help` says more about a verb"));
  for (const char* verb : {"log head --help", "config check --help", "version --help"}) {
    EXPECT_THAT(help(verb), ::testing::Not(HasSubstr("says more about a verb"))) << verb;
  }
}

TEST(CommandLine, HelpIsNoFault) {
  for (const char* line :
       {"--help", "--version", "serve --help", "log --help", "log export --help"}) {
    const auto result = parse(line);
    const auto* end = std::get_if<ParseEnd>(&result);
    ASSERT_NE(end, nullptr) << line;
    EXPECT_EQ(end->exit, Exit::done) << line;
    EXPECT_FALSE(end->text.empty()) << line;
    EXPECT_THAT(end->text, ::testing::Not(HasSubstr("Option Group"))) << line;
  }
}

}  // namespace
}  // namespace syncline
