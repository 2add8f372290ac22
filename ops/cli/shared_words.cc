#include "ops/cli/shared_words.h"

#include <algorithm>
#include <charconv>

#include "ops/cli/http_client.h"
#include "ops/cli/quantity.h"

namespace syncline {
namespace {

std::optional<std::uint64_t> number_from(const std::string& word) {
  std::uint64_t value = 0;
  const char* end = word.data() + word.size();
  const auto [stopped, error] = std::from_chars(word.data(), end, value);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

std::string fault_of(const Where& where) {
  if (where.data.empty() && where.server.empty()) {
    return "--data FOLDER or --server http://HOST:PORT is required";
  }
  if (!where.data.empty() && !where.server.empty()) return "--data and --server exclude each other";
  if (!where.token_file.empty() && where.server.empty()) return "--token-file is for --server";
  return "";
}

TakeWord into(EventFilter& filter, std::string_view name) {
  return [&filter, name](const std::string& word) -> std::string {
    EventFilter with = filter;
    if (std::string fault = with.set(name, word); !fault.empty()) return fault;
    if (!filter.text(name).empty()) return "is given twice";
    filter = std::move(with);
    return "";
  };
}

// "type=session.synced"
std::string set_from(const std::string& word, EventFilter& filter) {
  const auto equals = word.find('=');
  const std::string name = word.substr(0, equals);
  const auto& names = EventFilter::kNames;
  if (equals == std::string::npos || std::find(names.begin(), names.end(), name) == names.end()) {
    return "must be NAME=VALUE, with type, subject, source, since or until for its name";
  }
  const std::string fault = into(filter, name)(word.substr(equals + 1));
  return fault.empty() ? "" : name + " " + fault;
}

}  // namespace

TakeWord into(std::string& text) {
  return [&text](const std::string& word) -> std::string {
    text = word;
    return "";
  };
}

TakeWord into(std::vector<std::string>& texts) {
  return [&texts](const std::string& word) -> std::string {
    texts.push_back(word);
    return "";
  };
}

TakeWord into(Position& position) {
  return [&position](const std::string& word) -> std::string {
    const auto number = number_from(word);
    if (!number || *number == 0) return "must be a whole number from 1";
    position = Position(*number);
    return "";
  };
}

TakeWord into(std::optional<Position>& position) {
  return [&position](const std::string& word) { return into(position.emplace())(word); };
}

TakeWord into(std::uint64_t& number) {
  return [&number](const std::string& word) -> std::string {
    const auto read = number_from(word);
    if (!read) return "must be a whole number";
    number = *read;
    return "";
  };
}

TakeWord size_into(std::optional<std::uint64_t>& bytes) {
  return [&bytes](const std::string& word) -> std::string {
    const auto size = size_from(word);
    if (size.has_error() || *size == 0) return "must be a size, like 20MiB";
    bytes = *size;
    return "";
  };
}

TakeWord server_into(std::string& url) {
  return [&url](const std::string& word) -> std::string {
    if (!server_address_from(word)) return "must be a server's address, http://HOST:PORT";
    url = word;
    return "";
  };
}

void add_where(VerbWords& words, Where& where, const char* folder) {
  words.option("--data", "FOLDER", folder, into(where.data))
      .option("--server", "URL", "or a running server, http://HOST:PORT", server_into(where.server))
      .option("--token-file", "FILE", "file with an admin token for --server (else SYNCLINE_TOKEN)",
              into(where.token_file))
      .check([&where] { return fault_of(where); });
}

void add_range(VerbWords& words, std::optional<Position>& from, std::optional<Position>& to) {
  words.option("--from", "POSITION", "first position (else 1)", into(from))
      .option("--to", "POSITION", "last position (else the head of now)", into(to))
      .check([&from, &to]() -> std::string {
        return to && from && *to < *from ? "--to must not be before --from" : "";
      });
}

void add_rate(VerbWords& words, std::optional<std::uint64_t>& rate) {
  words.option("--rate", "SIZE", "read at most so much a second, like 20MiB (else no limit)",
               size_into(rate));
}

void add_filter(VerbWords& words, EventFilter& filter) {
  words
      .option("--type", "TYPE", "only of this type; session.* is all that begin so",
              into(filter, "type"))
      .option("--subject", "SUBJECT", "only of this subject; note/* is all that begin so",
              into(filter, "subject"))
      .option("--source", "SOURCE", "only from this source", into(filter, "source"))
      .option("--since", "TIME", "only appended at or after it, like 2025-09-18T22:09:30Z",
              into(filter, "since"))
      .option("--until", "TIME", "only appended before it", into(filter, "until"))
      .option("--filter", "NAME=VALUE", "the same, spelt type=session.synced",
              [&filter](const std::string& word) { return set_from(word, filter); })
      .repeatable();
}

std::string filter_words(const EventFilter& filter) {
  std::string words;
  for (const auto name : EventFilter::kNames) {
    const std::string value = filter.text(name);
    if (value.empty()) continue;
    if (!words.empty()) words += ' ';
    words.append(name).append("=").append(value);
  }
  return words;
}

void add_json(VerbWords& words, bool& json) { words.flag("--json", "answer in JSON", json); }

}  // namespace syncline
