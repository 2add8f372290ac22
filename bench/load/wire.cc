#include "bench/load/wire.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace syncline::load {
namespace {

constexpr std::string_view kIdMark = "################";
constexpr std::string_view kSubjectMark = "@@@@@@@";
constexpr std::uint64_t kSubjects = 1000;

std::vector<std::size_t> find_all(std::string_view text, std::string_view mark) {
  std::vector<std::size_t> offsets;
  for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at + mark.size())) {
    offsets.push_back(at);
  }
  return offsets;
}

void write_digits(char* out, std::size_t digits, std::uint64_t base, std::uint64_t value) {
  for (std::size_t i = digits; i-- > 0; value /= base) out[i] = "0123456789abcdef"[value % base];
}

}  // namespace

Exchange::Exchange(std::string bytes, int answers, int events)
    : bytes_(std::move(bytes)),
      ids_(find_all(bytes_, kIdMark)),
      subjects_(find_all(bytes_, kSubjectMark)),
      answers_(answers),
      events_(events) {
  if (ids_.size() != static_cast<std::size_t>(events) || subjects_.size() != ids_.size()) {
    throw std::logic_error("an exchange needs an id and a subject for each of its events");
  }
}

Exchange::Exchange(std::string bytes, std::shared_ptr<const std::vector<std::string>> senders)
    : bytes_(std::move(bytes)), senders_(std::move(senders)), answers_(1), events_(1) {
  const auto one_length = [this](const std::string& token) {
    return token.size() == senders_->front().size();
  };
  if (senders_->empty() || !std::ranges::all_of(*senders_, one_length)) {
    throw std::logic_error("an exchange needs tokens, all of one length");
  }
  sender_at_ = bytes_.find(senders_->front());
  if (sender_at_ == bytes_.npos) throw std::logic_error("an exchange needs a token in its bytes");
}

void Exchange::renumber(std::uint64_t& next) {
  if (senders_) {
    std::ranges::copy((*senders_)[next++ % senders_->size()],
                      bytes_.begin() + static_cast<std::ptrdiff_t>(sender_at_));
    return;
  }
  for (std::size_t i = 0; i < ids_.size(); ++i, ++next) {
    write_digits(bytes_.data() + ids_[i], kIdMark.size(), 16, next);
    write_digits(bytes_.data() + subjects_[i], kSubjectMark.size(), 10, next % kSubjects);
  }
}

std::string event_id(const EventShape& shape) { return shape.run + std::string(kIdMark); }

std::string event_subject() { return "order/" + std::string(kSubjectMark); }

std::string event_data(const EventShape& shape) {
  std::string data =
      R"({"customer":"c-48213","currency":"EUR","total":129.95,"items":[)"
      R"({"sku":"A-1001","count":2},{"sku":"B-2040","count":1}],"paid":true,"note":")";
  constexpr std::string_view kEnd = R"("})";
  if (shape.size < data.size() + kEnd.size()) throw std::logic_error("data is too small");
  const std::size_t note = shape.size - data.size() - kEnd.size();
  for (std::size_t i = 0; i < note; ++i) data += static_cast<char>('a' + (i * 7 + i / 26) % 26);
  return data.append(kEnd);
}

}  // namespace syncline::load
