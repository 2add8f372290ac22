// What the command line takes, as data: what `--help` says of each verb, for those who write it
// down another way (shell completion, the man page). A copy: it outlives the tree it was taken
// from.
#pragma once

#include <string>
#include <vector>

namespace syncline {

struct VerbOption {
  std::vector<std::string> names;  // "--output", "-o"; empty: known by its place
  std::string label;               // of its value: "FILE"; "" for a flag, the name for a place
  std::string text;
  bool required = false;
};

struct VerbPage {
  std::string path;  // "syncline backup restore"
  std::string text;  // one line
  std::vector<VerbOption> options;
  std::string footer;
  std::vector<std::string> verbs;  // it only leads to these, each with a page of its own
};

// Of every verb and of what leads to them, each before those that it leads to.
std::vector<VerbPage> verb_pages();

}  // namespace syncline
