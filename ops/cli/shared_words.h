// How words become values, and the options that many verbs have: where they look, which range of
// positions, how fast, and --json. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "connectors/events/event_filter.h"
#include "ops/cli/verb_words.h"
#include "schemas/types.h"

namespace syncline {

TakeWord into(std::string& text);
TakeWord into(std::vector<std::string>& texts);
TakeWord into(Position& position);  // from 1
TakeWord into(std::optional<Position>& position);
TakeWord into(std::uint64_t& number);  // from 0
// "20MiB"
TakeWord size_into(std::optional<std::uint64_t>& bytes);

// One of the names of `all`; `fault` names them: "must be human or json".
template <class T>
TakeWord one_of(std::map<std::string, T> all, const char* fault, T& into) {
  return [all = std::move(all), fault, &into](const std::string& word) -> std::string {
    const auto found = all.find(word);
    if (found == all.end()) return fault;
    into = found->second;
    return "";
  };
}

// Where a running server is: http://HOST:PORT.
TakeWord server_into(std::string& url);

// What --data names: for who reads, and for who needs the folder alone.
inline constexpr const char* kAnyFolder = "a data folder, read beside its server or without one";
inline constexpr const char* kStoppedFolder = "a data folder that no server runs on";

// --data or --server, and --token-file.
void add_where(VerbWords& words, Where& where, const char* folder = kAnyFolder);
// --from and --to, inclusive both.
void add_range(VerbWords& words, std::optional<Position>& from, std::optional<Position>& to);
// --rate: bytes of frames a second; nullopt: as fast as it goes.
void add_rate(VerbWords& words, std::optional<std::uint64_t>& rate);
// --type, --subject, --source, --since, --until; the same behind --filter, as NAME=VALUE.
void add_filter(VerbWords& words, EventFilter& filter);
// A filter as its words: "type=session.* subject=user/1"; "": everything.
std::string filter_words(const EventFilter& filter);
void add_json(VerbWords& words, bool& json);

// A verb that reads a log: it is declared with --data, --server, --token-file and --json.
template <class T>
VerbWords reading_verb(const VerbWords& parent, const char* name, const char* text,
                       std::shared_ptr<T> command, const char* folder = kAnyFolder) {
  VerbWords words = parent.verb(name, text, command);
  add_where(words, command->where, folder);
  add_json(words, command->json);
  return words;
}

}  // namespace syncline
