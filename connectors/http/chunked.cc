#include "connectors/http/chunked.h"

#include <algorithm>
#include <charconv>

#include "engine/limits.h"

namespace syncline {

void ChunkedReader::reset(std::size_t body_limit) {
  state_ = State::size_line;
  line_.clear();
  body_limit_ = body_limit;
  left_ = overhead_ = 0;
  refusal_ = {};
}

ChunkedReader::Step ChunkedReader::feed(std::string_view bytes, std::string& body) {
  const std::size_t given = bytes.size();
  while (!bytes.empty() && state_ != State::complete && state_ != State::refused) {
    switch (state_) {
      case State::size_line:
        if (take_line(bytes, limits::kChunkLineBytes, 400)) read_size(body.size());
        break;
      case State::data:
        take_data(bytes, body);
        break;
      case State::data_end:
        if (!take_line(bytes, 0, 400)) break;
        line_.clear();
        state_ = State::size_line;
        break;
      case State::trailers:
        if (take_line(bytes, limits::kHeaderBytes, 431)) read_trailer();
        break;
      case State::complete:
      case State::refused:
        break;
    }
  }
  const Verdict verdict = state_ == State::complete  ? Verdict::complete
                          : state_ == State::refused ? Verdict::refused
                                                     : Verdict::more;
  return {verdict, given - bytes.size()};
}

// The line is kept with its CR until its LF has come, so that a CR anywhere else is seen.
bool ChunkedReader::take_line(std::string_view& bytes, std::size_t limit, int status) {
  const std::size_t end = bytes.find('\n');
  const std::string_view part = bytes.substr(0, end);
  if (line_.size() + part.size() > limit + 1) {
    refuse(status, limit == 0 ? "chunk longer than its size" : "chunk line too long");
    return false;
  }
  line_.append(part);
  bytes.remove_prefix(part.size());
  if (end == std::string_view::npos) return false;
  bytes.remove_prefix(1);
  if (line_.empty() || line_.back() != '\r') {
    refuse(400, "chunk line without a carriage return");
    return false;
  }
  line_.pop_back();
  return true;
}

void ChunkedReader::take_data(std::string_view& bytes, std::string& body) {
  const std::size_t size = std::min(left_, bytes.size());
  body.append(bytes.substr(0, size));
  bytes.remove_prefix(size);
  left_ -= size;
  if (left_ == 0) state_ = State::data_end;
}

void ChunkedReader::read_size(std::size_t body_bytes) {
  std::uint64_t size = 0;
  const char* end = line_.data() + line_.size();
  const auto [stopped, error] = std::from_chars(line_.data(), end, size, 16);
  if (error != std::errc()) return refuse(400, "bad chunk size");
  const std::string_view extension(stopped, static_cast<std::size_t>(end - stopped));
  if (!extension.empty() && extension.front() != ';') return refuse(400, "bad chunk size");
  for (const char c : extension)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F)
      return refuse(400, "control character in a chunk extension");
  overhead_ += extension.size();
  if (overhead_ > limits::kHeaderBytes) return refuse(400, "too many chunk extensions");
  if (size > body_limit_ - std::min(body_limit_, body_bytes))
    return refuse(413, "the body is larger than this route takes");
  line_.clear();
  left_ = static_cast<std::size_t>(size);
  state_ = size == 0 ? State::trailers : State::data;
}

void ChunkedReader::read_trailer() {
  if (line_.empty()) {
    state_ = State::complete;
    return;
  }
  HeadField field;
  if (const char* fault = read_field(line_, field)) return refuse(400, fault);
  for (const std::string_view framing : {"content-length", "transfer-encoding", "host"})
    if (equals_ignoring_case(field.name, framing)) return refuse(400, "framing field in a trailer");
  overhead_ += line_.size() + 2;
  if (overhead_ > limits::kHeaderBytes) return refuse(431, "trailers too large");
  line_.clear();
}

void ChunkedReader::refuse(int status, std::string_view reason) {
  state_ = State::refused;
  refusal_ = {status, reason};
}

}  // namespace syncline
