#include "ops/cli/nearest.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace syncline {
namespace {

// Of a word that was left off in the middle, the rest counts as one mistake.
std::size_t distance(std::string_view a, std::string_view b) {
  if (b.starts_with(a)) return a.size() == b.size() ? 0 : 1;
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  return *std::min_element(candidates.begin(), candidates.end(),
                           [&](auto a, auto b) { return distance(word, a) < distance(word, b); });
}

std::string_view near(std::string_view word, std::span<const std::string_view> candidates) {
  if (candidates.empty()) return "";
  const std::string_view found = nearest(word, candidates);
  return distance(word, found) <= (word.size() + 1) / 3 ? found : "";
}

}  // namespace syncline
