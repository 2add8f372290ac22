// What the person asked for: the struct of one verb, and how the verb ends. Each family of verbs
// has its structs, with a run() for each, in a header of its own (*_commands.h).
#pragma once

#include <any>
#include <string>
#include <utility>

namespace syncline {

// How every verb ends.
enum class Exit : int {
  done = 0,
  found_wrong = 1,  // it did its work, and what it looked at is not right
  usage = 2,
  failed = 3,  // it could not do it; stderr has one sentence
};

// Where a reading verb looks: exactly one of `data` and `server` is set.
struct Where {
  std::string data;        // a data folder
  std::string server;      // http://host:port
  std::string token_file;  // for `server`; empty: SYNCLINE_TOKEN
};

// A verb's struct together with its run(), which is found beside the struct.
class Command {
 public:
  template <class T>
  explicit Command(T asked) : asked_(std::move(asked)), run_(&run_as<T>) {}

  Exit carry_out() const { return run_(asked_); }

  // nullptr: another verb was asked for.
  template <class T>
  const T* as() const {
    return std::any_cast<T>(&asked_);
  }

 private:
  template <class T>
  static Exit run_as(const std::any& asked) {
    return run(*std::any_cast<T>(&asked));
  }

  std::any asked_;
  Exit (*run_)(const std::any&);
};

// Nothing is to be done but to print this: a help text, or why the words were not understood.
struct ParseEnd {
  Exit exit;
  std::string text;  // for stdout when done, else for stderr
};

}  // namespace syncline
