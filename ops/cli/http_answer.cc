#include "ops/cli/http_answer.h"

#include <algorithm>
#include <charconv>

namespace syncline {
namespace {

constexpr std::size_t kHeadBytes = 64 * 1024;  // an answer with a longer head is not ours

template <class T>
bool read_number(std::string_view text, T& number, int base = 10) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return fault == std::errc{} && end != text.data();
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

HttpAnswerReader::State HttpAnswerReader::take(std::string_view bytes, const Body& body) {
  pending_.append(bytes);
  State state = State::more;
  while (state == State::more && part_ != Part::done) {
    const auto before = std::pair(part_, read_);
    state = step(body);
    if (before == std::pair(part_, read_)) break;  // it needs more bytes
  }
  pending_.erase(0, read_);
  read_ = 0;
  return state == State::more && part_ == Part::done ? State::done : state;
}

HttpAnswerReader::State HttpAnswerReader::end() const {
  return part_ == Part::done || part_ == Part::until_end ? State::done : State::broken;
}

HttpAnswerReader::State HttpAnswerReader::step(const Body& body) {
  switch (part_) {
    case Part::head: {
      const auto end = pending_.find("\r\n\r\n");
      if (end == std::string::npos) {
        return pending_.size() > kHeadBytes ? State::broken : State::more;
      }
      read_ = end + 4;
      return read_head(std::string_view(pending_).substr(0, end)) ? State::more : State::broken;
    }
    case Part::sized:
      return give(left_, Part::done, body);
    case Part::until_end:
      return give(std::string::npos, Part::until_end, body);
    case Part::chunk:
      return give(left_, Part::chunk_end, body);
    case Part::chunk_size: {
      const auto size = line();
      if (!size) return State::more;
      if (!read_number(*size, left_, 16)) return State::broken;
      part_ = left_ == 0 ? Part::trailer : Part::chunk;
      return State::more;
    }
    case Part::chunk_end:
      if (const auto empty = line()) {
        if (!empty->empty()) return State::broken;
        part_ = Part::chunk_size;
      }
      return State::more;
    case Part::trailer:
      if (const auto field = line(); field && field->empty()) part_ = Part::done;
      return State::more;
    case Part::done:
      return State::done;
  }
  return State::broken;
}

HttpAnswerReader::State HttpAnswerReader::give(std::size_t size, Part next, const Body& body) {
  const std::string_view there = std::string_view(pending_).substr(read_).substr(0, size);
  read_ += there.size();
  left_ -= std::min<std::uint64_t>(left_, there.size());
  if (!there.empty() && !body(there)) return State::stopped;
  if (there.size() == size) part_ = next;
  return State::more;
}

std::optional<std::string_view> HttpAnswerReader::line() {
  const auto end = pending_.find("\r\n", read_);
  if (end == std::string::npos) return std::nullopt;
  const auto found = std::string_view(pending_).substr(read_, end - read_);
  read_ = end + 2;
  return found;
}

bool HttpAnswerReader::read_head(std::string_view head) {
  const bool known = head.starts_with("HTTP/1.1 ") || head.starts_with("HTTP/1.0 ");
  if (!known || !read_number(head.substr(9), status_)) return false;
  part_ = Part::until_end;
  for (auto at = head.find("\r\n"); at != std::string_view::npos;) {
    const auto next = head.find("\r\n", at + 2);
    const auto field = head.substr(at + 2, next == std::string_view::npos ? next : next - at - 2);
    const auto colon = field.find(':');
    if (colon == std::string_view::npos) return false;
    const std::string name = lower(field.substr(0, colon));
    const std::string_view value = trimmed(field.substr(colon + 1));
    if (name == "transfer-encoding" && lower(value) == "chunked") part_ = Part::chunk_size;
    if (name == "retry-after") retry_after_ = value;
    if (name == "content-length") {
      if (!read_number(value, left_)) return false;
      part_ = left_ == 0 ? Part::done : Part::sized;
    }
    at = next;
  }
  if (status_ == 204) part_ = Part::done;  // it has no body, whatever its fields say
  return true;
}

}  // namespace syncline
