#include <algorithm>

#include "connectors/json/document.h"
#include "connectors/json/escape.h"
#include "connectors/json/number.h"
#include "connectors/json/tree.h"

namespace syncline {
namespace {

constexpr std::size_t kMembers = 32;  // that are sorted at a time without growing

class CanonicalWriter {
 public:
  CanonicalWriter(const JsonTree& tree, std::string& out) : tree_(tree), out_(out) {
    names_.reserve(kMembers);
  }

  // Recursion is bounded by limits::kJsonDepth.
  void value(std::uint32_t node, std::string_view without = {}) {
    const JsonTree::Node& n = tree_.nodes[node];
    switch (n.kind) {
      case JsonKind::null:
      case JsonKind::boolean:
        out_ += tree_.raw(n);
        return;
      case JsonKind::number:
        append_canonical_number(out_, tree_.raw(n));
        return;
      case JsonKind::text:
        text(n);
        return;
      case JsonKind::array:
        array(node);
        return;
      case JsonKind::object:
        object(node, without);
        return;
    }
  }

 private:
  // One without a backslash stands in the source as it is written here: it is UTF-8 and holds
  // nothing that needs an escape.
  void text(const JsonTree::Node& n) {
    if (n.escaped) {
      append_json_text(out_, tree_.text(n));
    } else {
      out_ += tree_.raw(n);
    }
  }

  void array(std::uint32_t node) {
    const std::uint32_t end = tree_.nodes[node].next;
    out_ += '[';
    for (std::uint32_t i = node + 1; i < end; i = tree_.nodes[i].next) {
      if (i != node + 1) out_ += ',';
      value(i);
    }
    out_ += ']';
  }

  // The names of the objects around this one stand in front of its own.
  void object(std::uint32_t node, std::string_view without) {
    const std::size_t first = names_.size();
    const std::uint32_t end = tree_.nodes[node].next;
    for (std::uint32_t i = node + 1; i < end; i = tree_.nodes[i + 1].next) {
      if (without.empty() || name(i) != without) names_.push_back(i);
    }
    std::sort(names_.begin() + static_cast<std::ptrdiff_t>(first), names_.end(),
              [this](std::uint32_t a, std::uint32_t b) { return name(a) < name(b); });
    out_ += '{';
    for (std::size_t i = first; i < names_.size(); ++i) {
      if (i != first) out_ += ',';
      text(tree_.nodes[names_[i]]);
      out_ += ':';
      value(names_[i] + 1);
    }
    out_ += '}';
    names_.resize(first);
  }

  std::string_view name(std::uint32_t node) const { return tree_.text(tree_.nodes[node]); }

  const JsonTree& tree_;
  std::string& out_;
  std::vector<std::uint32_t> names_;
};

}  // namespace

std::string canonical_json(const JsonValue& value, std::string_view without) {
  if (value.tree_ == nullptr) return "null";
  std::string out;
  out.reserve(value.raw().size());
  CanonicalWriter(*value.tree_, out).value(value.node_, without);
  return out;
}

}  // namespace syncline
