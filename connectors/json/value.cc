#include "connectors/json/document.h"
#include "connectors/json/number.h"
#include "connectors/json/tree.h"

namespace syncline {
namespace {

constexpr std::size_t kMembers = 8;  // most objects have no more: one allocation for each of them

}  // namespace

JsonKind JsonValue::kind() const {
  return tree_ == nullptr ? JsonKind::null : tree_->nodes[node_].kind;
}

std::optional<std::string_view> JsonValue::text() const {
  if (!is(JsonKind::text)) return std::nullopt;
  return tree_->text(tree_->nodes[node_]);
}

std::optional<bool> JsonValue::boolean() const {
  if (!is(JsonKind::boolean)) return std::nullopt;
  return raw() == "true";
}

std::optional<double> JsonValue::number() const {
  return is(JsonKind::number) ? nearest_double(raw()) : std::nullopt;
}

std::optional<std::int64_t> JsonValue::integer() const {
  return is(JsonKind::number) ? exact_integer(raw()) : std::nullopt;
}

std::string_view JsonValue::raw() const {
  return tree_ == nullptr ? "null" : tree_->raw(tree_->nodes[node_]);
}

std::optional<JsonValue> JsonValue::find(std::string_view name) const {
  if (!is(JsonKind::object)) return std::nullopt;
  const auto& nodes = tree_->nodes;
  for (std::uint32_t i = node_ + 1; i < nodes[node_].next; i = nodes[i + 1].next) {
    if (tree_->text(nodes[i]) == name) return JsonValue(tree_, i + 1);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> JsonValue::count_of(std::string_view name) const {
  const auto member = find(name);
  const auto value = member ? member->integer() : std::nullopt;
  if (!value || *value < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::string_view JsonValue::text_of(std::string_view name) const {
  const auto member = find(name);
  return member ? member->text().value_or("") : "";
}

std::vector<JsonValue::Member> JsonValue::members() const {
  std::vector<Member> out;
  if (!is(JsonKind::object)) return out;
  const auto& nodes = tree_->nodes;
  out.reserve(kMembers);
  for (std::uint32_t i = node_ + 1; i < nodes[node_].next; i = nodes[i + 1].next) {
    out.push_back({tree_->text(nodes[i]), JsonValue(tree_, i + 1)});
  }
  return out;
}

std::vector<JsonValue> JsonValue::elements() const {
  std::vector<JsonValue> out;
  if (!is(JsonKind::array)) return out;
  const auto& nodes = tree_->nodes;
  for (std::uint32_t i = node_ + 1; i < nodes[node_].next; i = nodes[i].next) {
    out.push_back(JsonValue(tree_, i));
  }
  return out;
}

}  // namespace syncline
