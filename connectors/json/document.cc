#include "connectors/json/document.h"

#include <algorithm>
#include <array>
#include <bit>

#include <simdjson.h>

#include "connectors/json/escape.h"
#include "connectors/json/number.h"
#include "connectors/json/tree.h"
#include "connectors/json/utf8.h"

namespace syncline {
namespace {

using Tokens = simdjson::internal::dom_parser_implementation;

constexpr std::size_t kTextBytes = 1024 * limits::kMiB;  // offsets are 32 bits
constexpr std::size_t kSmallestBuffer = 4 * limits::kKiB;
constexpr std::size_t kLinearNames = 16;  // up to here comparing every pair is the fastest

struct Fault {
  std::size_t at = 0;
  std::string what;
};

Error invalid(const Fault& fault) {
  return {ErrorCode::invalid, "not JSON: " + fault.what + " at byte " + std::to_string(fault.at)};
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// Where and why simdjson found no tokens: it says only that.
Fault token_fault(std::string_view text) {
  if (const auto at = utf8_fault(text); at != std::string_view::npos) {
    return {at, "bytes that are not UTF-8"};
  }
  std::optional<std::size_t> quote;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quote && static_cast<unsigned char>(text[i]) < 0x20) {
      return {i, "a control character inside a text"};
    }
    if (quote && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quote = quote ? std::nullopt : std::optional(i);
    }
  }
  if (quote) return {*quote, "a text without an end"};
  return {text.size(), "no value"};
}

// Goes over the tokens once, checks the grammar and builds the tree. simdjson has seen to it that
// the text is UTF-8, every quote has its partner, no control character stands inside a text, and
// that every byte outside of texts which is not space begins a token or continues a word.
class Walk {
 public:
  struct Name {
    std::string_view text;
    std::uint32_t node;
  };

  // `names`: a buffer.
  Walk(JsonTree& tree, std::vector<Name>& names, const std::uint32_t* tokens, std::uint32_t count,
       std::size_t depth)
      : tree_(tree),
        text_(tree.source),
        token_(tokens),
        end_(tokens + count),
        depth_(depth),
        names_(names) {}

  std::optional<Fault> run() {
    if (value(0) && token_ != end_) fail(*token_, "something behind the value");
    return std::move(fault_);
  }

 private:
  bool fail(std::size_t at, std::string_view what) {
    fault_ = Fault{at, std::string(what)};
    return false;
  }

  std::size_t here() const { return token_ == end_ ? text_.size() : *token_; }
  bool at(char c) const { return token_ != end_ && text_[*token_] == c; }

  // The node of the next token. It is filled where it lies: a node made elsewhere and copied costs
  // as much as all the rest.
  JsonTree::Node& add(JsonKind kind) {
    JsonTree::Node& node = tree_.nodes.emplace_back();
    node.kind = kind;
    node.begin = *token_++;
    node.next = static_cast<std::uint32_t>(tree_.nodes.size());
    return node;
  }

  std::uint32_t open(JsonKind kind) {
    add(kind);
    return static_cast<std::uint32_t>(tree_.nodes.size() - 1);
  }

  bool close(std::uint32_t node, std::size_t end) {
    tree_.nodes[node].end = static_cast<std::uint32_t>(end);
    tree_.nodes[node].next = static_cast<std::uint32_t>(tree_.nodes.size());
    return true;
  }

  bool value(std::size_t depth) {
    if (token_ == end_) return fail(text_.size(), "the end where a value was expected");
    switch (text_[*token_]) {
      case '{':
        return object(depth + 1);
      case '[':
        return array(depth + 1);
      case '"':
        return text();
      case 't':
        return word(JsonKind::boolean, "true");
      case 'f':
        return word(JsonKind::boolean, "false");
      case 'n':
        return word(JsonKind::null, "null");
      default:
        return number();
    }
  }

  bool object(std::size_t depth) {
    if (depth > depth_) return too_deep();
    const std::uint32_t node = open(JsonKind::object);
    if (!at('}')) {
      for (std::size_t names = 0;; ++names) {
        if (!at('"')) return fail(here(), "no name in quotes");
        if (!text()) return false;
        if (!at(':')) return fail(here(), "no ':' behind a name");
        ++token_;
        if (!value(depth)) return false;
        if (at('}')) break;
        if (!at(',')) return fail(here(), "no ',' or '}' behind a member");
        ++token_;
      }
    }
    close(node, *token_++ + 1);
    return names_differ(node);
  }

  bool array(std::size_t depth) {
    if (depth > depth_) return too_deep();
    const std::uint32_t node = open(JsonKind::array);
    if (!at(']')) {
      while (true) {
        if (!value(depth)) return false;
        if (at(']')) break;
        if (!at(',')) return fail(here(), "no ',' or ']' behind an element");
        ++token_;
      }
    }
    return close(node, *token_++ + 1);
  }

  bool too_deep() { return fail(*token_, "a value nested deeper than " + std::to_string(depth_)); }

  bool word(JsonKind kind, std::string_view expected) {
    JsonTree::Node& node = add(kind);
    const std::size_t end = node.begin + expected.size();
    if (!text_.substr(node.begin).starts_with(expected) || !ends(end)) {
      return fail(node.begin, "an unknown word");
    }
    node.end = static_cast<std::uint32_t>(end);
    return true;
  }

  bool number() {
    JsonTree::Node& node = add(JsonKind::number);
    const std::size_t size = json_number_size(text_.substr(node.begin));
    if (size == 0 || !ends(node.begin + size)) return fail(node.begin, "no value of JSON");
    node.end = static_cast<std::uint32_t>(node.begin + size);
    return true;
  }

  // A word or a number is over at this byte.
  bool ends(std::size_t at) const {
    return at >= text_.size() || is_space(text_[at]) || text_[at] == ',' || text_[at] == ']' ||
           text_[at] == '}' || text_[at] == ':';
  }

  // The closing quote is the last byte in front of the next token that is not space.
  bool text() {
    JsonTree::Node& node = add(JsonKind::text);
    std::size_t quote = here() - 1;
    while (is_space(text_[quote])) --quote;
    node.end = static_cast<std::uint32_t>(quote + 1);
    node.text_begin = node.begin + 1;
    node.text_end = static_cast<std::uint32_t>(quote);
    const std::string_view inside = text_.substr(node.text_begin, quote - node.text_begin);
    const std::size_t escape = inside.find('\\');
    return escape == inside.npos || unescape(node, node.text_begin + escape);
  }

  // The first escape of a text is at `at`.
  bool unescape(JsonTree::Node& node, std::size_t at) {
    std::string& out = tree_.unescaped;
    const std::size_t begin = out.size();
    out += text_.substr(node.text_begin, at - node.text_begin);
    if (const char* fault = unescape_json_text(text_, at, out)) return fail(at, fault);
    node.escaped = true;
    node.text_begin = static_cast<std::uint32_t>(begin);
    node.text_end = static_cast<std::uint32_t>(out.size());
    return true;
  }

  bool names_differ(std::uint32_t object) {
    const auto& nodes = tree_.nodes;
    names_.clear();
    for (std::uint32_t i = object + 1; i < nodes[object].next; i = nodes[i + 1].next) {
      names_.push_back({tree_.text(nodes[i]), i});
    }
    if (names_.size() <= kLinearNames) {
      for (auto a = names_.begin(); a != names_.end(); ++a) {
        for (auto b = names_.begin(); b != a; ++b) {
          if (a->text == b->text) return twice(a->node);
        }
      }
      return true;
    }
    std::sort(names_.begin(), names_.end(), [](const Name& a, const Name& b) {
      return a.text != b.text ? a.text < b.text : a.node < b.node;
    });
    const auto same =
        std::adjacent_find(names_.begin(), names_.end(),
                           [](const auto& a, const auto& b) { return a.text == b.text; });
    return same == names_.end() || twice((same + 1)->node);
  }

  bool twice(std::uint32_t name) {
    return fail(tree_.nodes[name].begin, "a name that the object already has");
  }

  JsonTree& tree_;
  const std::string_view text_;
  const std::uint32_t* token_;
  const std::uint32_t* const end_;
  const std::size_t depth_;  // at most
  std::vector<Name>& names_;
  std::optional<Fault> fault_;
};

}  // namespace

struct JsonDocument::State {
  // False: there is no memory for a text of this size.
  bool reserve(std::size_t text_bytes) {
    const std::size_t wanted = std::bit_ceil(std::max(text_bytes, kSmallestBuffer));
    const bool shrinks =
        tokens && tokens->capacity() > limits::kBodyBytes && wanted < tokens->capacity();
    if (shrinks) {  // what one large batch took is given back
      tree = JsonTree();
      names = {};
    }
    if (tokens && tokens->capacity() >= wanted && !shrinks) return true;
    if (tokens) return tokens->allocate(wanted, limits::kJsonDepth) == simdjson::SUCCESS;
    return simdjson::get_active_implementation()->create_dom_parser_implementation(
               wanted, limits::kJsonDepth, tokens) == simdjson::SUCCESS;
  }

  JsonTree tree;
  std::vector<Walk::Name> names;
  std::unique_ptr<Tokens> tokens;
};

JsonDocument::JsonDocument() : state_(std::make_unique<State>()) {}
JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;

Result<JsonValue> JsonDocument::parse(std::string_view text, std::size_t depth) {
  if (text.size() > kTextBytes || !state_->reserve(text.size())) {
    return Error{ErrorCode::too_large, "JSON of " + std::to_string(text.size()) + " bytes"};
  }
  JsonTree& tree = state_->tree;
  tree.source = text;
  tree.unescaped.clear();
  tree.nodes.clear();
  if (text.starts_with("\xEF\xBB\xBF")) return invalid({0, "a byte order mark"});
  if (text.empty()) return invalid(token_fault(text));

  Tokens& tokens = *state_->tokens;
  const auto error = tokens.stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                   simdjson::stage1_mode::regular);
  if (error != simdjson::SUCCESS) return invalid(token_fault(text));
  Walk walk(tree, state_->names, tokens.structural_indexes.get(), tokens.n_structural_indexes,
            depth);
  if (const auto fault = walk.run()) return invalid(*fault);
  return JsonValue(&tree, 0);
}

}  // namespace syncline
