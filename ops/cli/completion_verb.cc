// `syncline completion SHELL`: a script made of the verbs' own pages, so that it names what this
// program takes and nothing else. zsh reads the one for bash.
#include <algorithm>

#include "ops/cli/help_commands.h"
#include "ops/cli/print.h"
#include "ops/cli/verb_page.h"

namespace syncline {
namespace {

bool takes_path(const VerbOption& option) {
  return option.label == "FILE" || option.label == "FOLDER" || option.label == "file";
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : std::string(between)) + word;
  return out;
}

// In single quotes, as the shells read them.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

// One branch a page: the words that may come, and the options before a word that is a path, or that
// is something else.
std::string bash_branch(const VerbPage& page) {
  std::vector<std::string> words = page.verbs;
  std::vector<std::string> paths;
  std::vector<std::string> values;
  for (const VerbOption& option : page.options) {
    words.insert(words.end(), option.names.begin(), option.names.end());
    if (option.label.empty()) continue;
    auto& before = takes_path(option) ? paths : values;
    before.insert(before.end(), option.names.begin(), option.names.end());
  }
  return "    " + quoted(page.path) + ")\n      words=" + quoted(joined(words, " ")) +
         "\n      verbs=" + quoted(joined(page.verbs, " ")) +
         "\n      paths=" + quoted(joined(paths, " ")) +
         "\n      values=" + quoted(joined(values, " ")) + " ;;\n";
}

std::string bash_script() {
  std::string out =
      "# bash completion of syncline\n"
      "_syncline_page() {\n"
      "  case $1 in\n";
  for (const VerbPage& page : verb_pages()) out += bash_branch(page);
  out +=
      "  esac\n"
      "}\n"
      "_syncline() {\n"
      "  local page=syncline words verbs paths values i skip=\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  _syncline_page \"$page\"\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    [[ \" $verbs \" == *\" ${COMP_WORDS[i]} \"* ]] || continue\n"
      "    page+=\" ${COMP_WORDS[i]}\"\n"
      "    _syncline_page \"$page\"\n"
      "  done\n"
      "  COMPREPLY=()\n"
      "  if [[ \" $values \" == *\" $before \"* ]]; then return; fi\n"
      "  if [[ \" $paths \" == *\" $before \"* || ( $current != -* && -z $verbs ) ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
      "    return\n"
      "  fi\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
      "}\n"
      "complete -o filenames -F _syncline syncline\n";
  return out;
}

// What must stand before a word of this page: the verbs that lead to it.
std::string fish_condition(const VerbPage& page) {
  std::string seen;
  for (std::size_t at = page.path.find(' '); at != std::string::npos;) {
    const std::size_t end = page.path.find(' ', at + 1);
    seen += (seen.empty() ? "" : "; and ") +
            ("__fish_seen_subcommand_from " + page.path.substr(at + 1, end - at - 1));
    at = end;
  }
  if (page.verbs.empty()) return seen;
  const std::string none = "not __fish_seen_subcommand_from " + joined(page.verbs, " ");
  return seen.empty() ? none : seen + "; and " + none;
}

std::string fish_script() {
  std::string out = "# fish completion of syncline\ncomplete -c syncline -f\n";
  const auto pages = verb_pages();
  for (const VerbPage& page : pages) {
    const std::string start = "complete -c syncline -n " + quoted(fish_condition(page));
    for (const std::string& verb : page.verbs) {
      const auto of = [&](const VerbPage& p) { return p.path == page.path + " " + verb; };
      const auto named = std::find_if(pages.begin(), pages.end(), of);
      out += start + " -a " + verb + " -d " + quoted(named->text) + "\n";
    }
    for (const VerbOption& option : page.options) {
      std::string line = start;
      for (const std::string& name : option.names) {
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (!option.label.empty()) line += takes_path(option) ? " -rF" : " -x";
      if (option.names.empty() && !takes_path(option)) continue;
      out += line + " -d " + quoted(option.text) + "\n";
    }
  }
  return out;
}

constexpr std::string_view kZshHead =
    "#compdef syncline\nautoload -U +X bashcompinit && bashcompinit\n";

}  // namespace

Exit run(const CompletionCommand& asked) {
  std::string script = asked.shell == Shell::fish ? fish_script() : bash_script();
  if (asked.shell == Shell::zsh) script.insert(0, kZshHead);
  script.pop_back();  // print_line ends the last line
  print_line(script);
  return Exit::done;
}

}  // namespace syncline
