// What a misspelt word may have meant: the candidate with the least edit distance (Levenshtein's,
// or being cut short). Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace syncline {

// Not of an empty list.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);
// The nearest where no more than a third of the word is wrong; "": none is.
std::string_view near(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace syncline
