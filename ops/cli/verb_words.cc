#include "ops/cli/verb_words.h"

#include <algorithm>
#include <deque>
#include <sstream>

#include <CLI/CLI.hpp>

#include "ops/cli/nearest.h"

namespace syncline {
namespace {

constexpr const char* kVerbs = "Verbs";  // how --help heads the list of them

bool any_verb(const CLI::App*) { return true; }

// What the words name: a verb, or as far as they lead to one.
struct Named {
  CLI::App* app;
  std::string path;          // "syncline backup restore"
  std::string no_verb = {};  // the word that names none
  std::size_t words = 0;     // how many the path took

  bool verb() const { return app->get_subcommands(any_verb).empty(); }
};

Named named_by(const std::vector<std::string>& words, CLI::App& top) {
  Named named{&top, top.get_name()};
  for (const std::string& word : words) {
    if (named.verb() || word.starts_with('-')) break;  // --help, say
    const auto verbs = named.app->get_subcommands(any_verb);
    const auto found = std::find_if(verbs.begin(), verbs.end(),
                                    [&](const CLI::App* verb) { return verb->get_name() == word; });
    if (found == verbs.end()) {
      named.no_verb = word;
      break;
    }
    named.app = *found;
    named.path += " " + word;
    ++named.words;
  }
  return named;
}

std::string see_help(const Named& named) {
  return "`" + named.path + " --help` " + (named.verb() ? "says what it takes" : "lists the verbs");
}

// What goes between a word that is not known and what lists those that are.
std::string meant_by(std::string_view word, const std::vector<std::string>& known) {
  const std::vector<std::string_view> names(known.begin(), known.end());
  const std::string_view meant = near(word, names);
  return meant.empty() ? "; " : "; did you mean `" + std::string(meant) + "`? ";
}

std::string failure(const CLI::Error& e, const Named& named) {
  std::string what = e.what();
  // "--from: must be …" as a sentence
  const auto colon = what.find(": ");
  if (e.get_name() == "ValidationError" && colon != std::string::npos) what.erase(colon, 1);
  return "syncline: " + what + "; " + see_help(named) + "\n";
}

// A word that is no verb, or a verb that is missing: "" when there is neither.
std::string verb_fault(const Named& named, const std::vector<std::string>& words) {
  if (!named.no_verb.empty()) {
    std::vector<std::string> verbs;
    for (const CLI::App* verb : named.app->get_subcommands(any_verb)) {
      verbs.push_back(verb->get_name());
    }
    return "there is no verb `" + named.no_verb + "`" + meant_by(named.no_verb, verbs) + "`" +
           named.path + " --help` lists them";
  }
  const bool flags = std::any_of(words.begin(), words.end(),
                                 [](const std::string& word) { return word.starts_with('-'); });
  if (named.verb() || flags) return "";
  return "`" + named.path + "` needs a verb; `" + named.path + " --help` lists them";
}

std::string no_option(const std::string& name, const CLI::App& verb) {
  std::vector<std::string> known;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& long_name : option->get_lnames()) known.push_back("--" + long_name);
  }
  return "there is no option " + name + meant_by(name, known);
}

// The first word, as they were typed, that the verb does not take: "" when it takes all. CLI11
// would name it only when nothing else is wrong, like an option that is missing because it is
// misspelt.
std::string word_fault(const Named& named, const std::vector<std::string>& words) {
  int places = 0;
  for (const CLI::Option* option : named.app->get_options()) {
    if (option->get_positional()) places += option->get_items_expected_max();
  }
  for (std::size_t i = named.words; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--help" || word == "-h" || word == "--") return "";
    if (word.size() < 2 || word[0] != '-') {
      if (!named.verb()) return "";
      if (places-- == 0) return "`" + named.path + "` takes no word `" + word + "`; ";
      continue;
    }
    const bool is_long = word.starts_with("--");
    const std::string name = is_long ? word.substr(0, word.find('=')) : word.substr(0, 2);
    const CLI::Option* option = named.app->get_option_no_throw(name);
    if (option == nullptr) return no_option(name, *named.app);
    if (option->get_items_expected_max() > 0 && name == word) ++i;  // its value
  }
  return "";
}

VerbOption option_of(const CLI::Option& declared) {
  VerbOption option;
  for (const std::string& name : declared.get_lnames()) option.names.push_back("--" + name);
  for (const std::string& name : declared.get_snames()) option.names.push_back("-" + name);
  const bool flag = declared.get_items_expected_max() == 0;
  if (!flag) option.label = option.names.empty() ? declared.get_name() : declared.get_type_name();
  option.text = declared.get_description();
  option.required = declared.get_required();
  return option;
}

void add_pages(CLI::App& app, const std::string& path, std::vector<VerbPage>& pages) {
  VerbPage page{path, app.get_description(), {}, app.get_footer(), {}};
  for (const CLI::Option* option : app.get_options()) page.options.push_back(option_of(*option));
  const auto verbs = app.get_subcommands(any_verb);
  for (const CLI::App* verb : verbs) page.verbs.push_back(verb->get_name());
  pages.push_back(std::move(page));
  for (CLI::App* verb : verbs) add_pages(*verb, path + " " + verb->get_name(), pages);
}

}  // namespace

struct VerbWords::Declared {
  VerbTree::State& tree;
  CLI::App* app;
  CLI::Option* last = nullptr;
  std::vector<std::function<std::string()>> checks{};
};

struct VerbTree::State {
  CLI::App app;
  std::deque<VerbWords::Declared> declared{};  // stay where they are
  std::function<Command()> chosen{};           // by the verb that was named

  VerbWords add(CLI::App* at) { return VerbWords(declared.emplace_back(*this, at)); }
};

VerbWords VerbWords::group(const char* name, const char* text) const {
  auto* added = declared_->app->add_subcommand(name, text);
  added->group(kVerbs);
  added->require_subcommand(1);
  added->footer("`" + declared_->app->get_name() + " " + name +
                " VERB --help` says more about a verb.");
  return declared_->tree.add(added);
}

VerbWords VerbWords::add_verb(const char* name, const char* text,
                              std::function<Command()> made) const {
  const VerbWords words = declared_->tree.add(declared_->app->add_subcommand(name, text));
  words.declared_->app->group(kVerbs);
  words.declared_->app->footer("");  // not the one of what leads to it
  words.declared_->app->parse_complete_callback([declared = words.declared_, made] {
    for (const auto& fault_of_all : declared->checks) {
      if (const std::string fault = fault_of_all(); !fault.empty()) {
        throw CLI::ValidationError(fault);
      }
    }
    declared->tree.chosen = made;
  });
  return words;
}

VerbWords& VerbWords::option(const char* names, const char* label, const char* text,
                             TakeWord take) {
  const CLI::callback_t taken = [](const CLI::results_t&) { return true; };  // by the validator
  declared_->last =
      declared_->app->add_option(names, taken, text)
          ->type_name(label)
          ->check(CLI::Validator([take](std::string& word) { return take(word); }, ""));
  return *this;
}

VerbWords& VerbWords::flag(const char* names, const char* text, bool& into) {
  declared_->last = declared_->app->add_flag(names, into, text);
  return *this;
}

VerbWords& VerbWords::required() {
  declared_->last->required();
  return *this;
}

VerbWords& VerbWords::repeatable() {
  constexpr int kAnyNumber = CLI::detail::expected_max_vector_size;
  declared_->last->expected(1, kAnyNumber)->allow_extra_args(false);  // one value each time
  return *this;
}

VerbWords& VerbWords::check(std::function<std::string()> fault) {
  declared_->checks.push_back(std::move(fault));
  return *this;
}

VerbWords& VerbWords::footer(const char* text) {
  declared_->app->footer(text);
  return *this;
}

VerbTree::VerbTree(const char* program, const char* text)
    : state_(new State{CLI::App(std::string(program) + ": " + text)}) {
  CLI::App& app = state_->app;
  app.name(program);
  app.require_subcommand(1);
  app.set_help_flag("-h,--help", "print this");
  app.get_formatter()->label("SUBCOMMAND", "VERB");
  app.set_version_flag("--version", "syncline " SYNCLINE_VERSION, "print the version");
  app.footer("`syncline VERB --help` says more about a verb.");
}

VerbTree::~VerbTree() = default;

VerbWords VerbTree::top() { return state_->add(&state_->app); }

std::variant<Command, ParseEnd> VerbTree::parse(std::vector<std::string> words) {
  CLI::App& app = state_->app;
  const Named named = named_by(words, app);
  app.failure_message([&named](const CLI::App*, const CLI::Error& e) { return failure(e, named); });
  if (const std::string fault = verb_fault(named, words); !fault.empty()) {
    return ParseEnd{Exit::usage, "syncline: " + fault + "\n"};
  }
  if (const std::string fault = word_fault(named, words); !fault.empty()) {
    return ParseEnd{Exit::usage, "syncline: " + fault + see_help(named) + "\n"};
  }
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  try {
    app.parse(words);
  } catch (const CLI::ParseError& e) {
    std::ostringstream out, err;
    const bool help = app.exit(e, out, err) == 0;
    return ParseEnd{help ? Exit::done : Exit::usage, help ? out.str() : err.str()};
  }
  return state_->chosen();
}

std::vector<VerbPage> VerbTree::pages() const {
  std::vector<VerbPage> pages;
  add_pages(state_->app, state_->app.get_name(), pages);
  return pages;
}

}  // namespace syncline
