// What a verb is called and which words it takes: declared once by its family, then read against
// what the person typed. CLI11 stands behind it and is seen by verb_words.cc alone, because it
// costs seconds to compile.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "ops/cli/command.h"
#include "ops/cli/verb_page.h"

namespace syncline {

// Takes one word as a value: "" when it did, else what the word must be ("must be a number").
using TakeWord = std::function<std::string(const std::string&)>;

// One verb, or a word that only leads to verbs ("log"). Refers to its tree.
class VerbWords {
 public:
  struct Declared;
  explicit VerbWords(Declared& declared) : declared_(&declared) {}

  VerbWords group(const char* name, const char* text) const;
  // `command` is filled as words are read.
  template <class T>
  VerbWords verb(const char* name, const char* text, std::shared_ptr<T> command) const {
    return add_verb(name, text, [command] { return Command(*command); });
  }

  // `names`: "--output,-o"; without a dash it is known by its place. `label` stands for the value
  // in the help.
  VerbWords& option(const char* names, const char* label, const char* text, TakeWord take);
  VerbWords& flag(const char* names, const char* text, bool& into);
  VerbWords& required();    // the option before it
  VerbWords& repeatable();  // the option before it
  // Asked when all words are read: "" or what is wrong with them together, as a sentence.
  VerbWords& check(std::function<std::string()> fault);
  VerbWords& footer(const char* text);

 private:
  VerbWords add_verb(const char* name, const char* text, std::function<Command()> made) const;

  Declared* declared_;
};

class VerbTree {
 public:
  VerbTree(const char* program, const char* text);
  ~VerbTree();

  VerbWords top();
  std::variant<Command, ParseEnd> parse(std::vector<std::string> words);
  std::vector<VerbPage> pages() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace syncline
