// One line on a terminal that says how far a long piece of work is; nothing where stderr is not
// one.
#pragma once

#include <chrono>
#include <string>

#include "schemas/types.h"

namespace syncline {

class ProgressLine {
 public:
  explicit ProgressLine(std::string what);  // "exporting events"
  ~ProgressLine();                          // wipes the line
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(Position done, Position of);

 private:
  const std::string what_;
  const bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace syncline
