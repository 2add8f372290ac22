// What parse() leaves behind a document: its values in the order they stand in the text, each
// container before what it holds. An object holds name, value, name, value, …; a name is a text.
// Read by JsonValue.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/json/document.h"

namespace syncline {

struct JsonTree {
  struct Node {
    JsonKind kind;
    bool escaped = false;              // a text that stands in `unescaped`, not in the source
    std::uint32_t begin = 0, end = 0;  // as written
    std::uint32_t next = 0;            // the node behind this one and all it holds
    std::uint32_t text_begin = 0, text_end = 0;
  };

  std::string_view raw(const Node& n) const { return source.substr(n.begin, n.end - n.begin); }
  std::string_view text(const Node& n) const {
    return (n.escaped ? std::string_view(unescaped) : source)
        .substr(n.text_begin, n.text_end - n.text_begin);
  }

  std::string_view source;
  std::string unescaped;
  std::vector<Node> nodes;
};

}  // namespace syncline
