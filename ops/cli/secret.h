// A text that is never shown: printing it gives "***", and it turns into a string only where
// somebody writes reveal(), which is where it signs, verifies or is stored.
#pragma once

#include <ostream>
#include <string>

namespace syncline {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend std::ostream& operator<<(std::ostream& out, const Secret& secret) {
    return out << (secret.empty() ? "" : "***");
  }

 private:
  std::string text_;
};

}  // namespace syncline
