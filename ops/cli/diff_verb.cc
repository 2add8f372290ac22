// `syncline log diff`: where two logs part. Each hash stands for everything before it, so a handful
// of events is looked at, however long the logs are.
#include <algorithm>

#include "connectors/json/writer.h"
#include "ops/cli/log_commands.h"
#include "ops/cli/log_hashes.h"
#include "ops/cli/print.h"

namespace syncline {
namespace {

struct Difference {
  Position equal_up_to;
  std::optional<Position> parts_at;
};

Result<bool> same_at(LogHashes& a, LogHashes& b, Position position) {
  const auto one = a.at(position);
  if (one.has_error()) return one.error();
  const auto other = b.at(position);
  if (other.has_error()) return other.error();
  return *one == *other;
}

Result<Difference> difference(LogHashes& a, LogHashes& b) {
  const Position first = std::max(a.first(), b.first());
  const Position last = std::min(a.last(), b.last());
  if (last < first) {
    if (first == Position(1)) return Difference{Position(), {}};  // one of them is empty
    return Error{ErrorCode::invalid, a.place() + " and " + b.place() +
                                         " have no position in common; export more of the log"};
  }
  auto same = same_at(a, b, last);
  if (same.has_error()) return same.error();
  if (*same) return Difference{last, {}};
  // The least position where they differ: they do at `high`, and not before `low`.
  Position low = first, high = last;
  while (low < high) {
    const Position middle(low.value + (high.value - low.value) / 2);
    same = same_at(a, b, middle);
    if (same.has_error()) return same.error();
    (*same ? low : high) = *same ? middle.next() : middle;
  }
  if (low == first && first > Position(1)) {
    return Error{ErrorCode::invalid, "they differ at event " + std::to_string(first.value) +
                                         " already, the first of the export; export more of the "
                                         "log"};
  }
  return Difference{Position(low.value - 1), low};
}

std::string number(Position position) { return std::to_string(position.value); }

std::string sentence(const LogHashes& a, const LogHashes& b, const Difference& found) {
  const std::string up_to = "equal up to " + number(found.equal_up_to);
  if (found.parts_at) {
    return "they part at event " + number(*found.parts_at) + "; " + up_to;
  }
  if (a.last() == b.last()) return up_to + ", where both end";
  const LogHashes& longer = a.last() > b.last() ? a : b;
  return up_to + ", where " + (&longer == &a ? b : a).place() + " ends; " + longer.place() +
         " goes on to " + number(longer.last());
}

void write_side(std::string_view name, const LogHashes& side, JsonWriter& out) {
  out.key(name)
      .begin_object()
      .field("place", std::string_view(side.place()))
      .field("log", std::string_view(side.identity()))
      .field("ends_at", side.last())
      .end_object();
}

}  // namespace

Exit run(const LogDiffCommand& command) {
  const auto a = open_hashes(command.a, command.token_file);
  if (a.has_error()) return failed(a.error());
  const auto b = open_hashes(command.b, command.token_file);
  if (b.has_error()) return failed(b.error());
  const auto found = difference(**a, **b);
  if (found.has_error()) return failed(found.error());
  if (command.json) {
    std::string line;
    JsonWriter out(line);
    out.begin_object();
    write_side("a", **a, out);
    write_side("b", **b, out);
    out.field("equal_up_to", found->equal_up_to).field("parts_at", found->parts_at).end_object();
    print_line(line);
  } else {
    print_line(sentence(**a, **b, *found));
  }
  return found->parts_at ? Exit::found_wrong : Exit::done;
}

}  // namespace syncline
