#include "connectors/http/guard.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "engine/limits.h"

namespace syncline {
namespace {

// Beside its target a request line has a method, one space on each side, and the version: 64 bytes
// are room for them.
constexpr std::size_t kRequestLineBytes = limits::kUrlBytes + 64;

constexpr std::uint8_t kToken = 1;   // RFC 9110, 5.6.2
constexpr std::uint8_t kValue = 2;   // field-value: VCHAR, obs-text, SP, HTAB
constexpr std::uint8_t kTarget = 4;  // VCHAR but '#': a fragment never travels
constexpr std::uint8_t kHost = 8;    // RFC 3986, 3.2.2 and 3.2.3, without userinfo

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (int c = 0; c < 256; ++c) {
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const auto in = [c](std::string_view set) {
      return c < 128 && set.find(static_cast<char>(c)) != std::string_view::npos;
    };
    std::uint8_t bits = 0;
    if (alnum || in("!#$%&'*+-.^_`|~")) bits |= kToken;
    if ((c >= 0x20 && c != 0x7F) || c == '\t') bits |= kValue;
    if (c > 0x20 && c < 0x7F && c != '#') bits |= kTarget;
    if (alnum || in("-._~%!$&'()*+;=:[]")) bits |= kHost;
    classes[static_cast<std::size_t>(c)] = bits;
  }
  return classes;
}
constexpr auto kClasses = make_classes();

bool is(char c, std::uint8_t kind) { return kClasses[static_cast<unsigned char>(c)] & kind; }

bool all(std::string_view text, std::uint8_t kind) {
  return std::all_of(text.begin(), text.end(), [kind](char c) { return is(c, kind); });
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// The items of a comma list, one by one.
std::string_view next_item(std::string_view& list) {
  const std::size_t comma = std::min(list.find(','), list.size());
  const std::string_view item = trimmed(list.substr(0, comma));
  list.remove_prefix(std::min(list.size(), comma + 1));
  return item;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

const char* read_field(std::string_view line, HeadField& out) {
  if (line.front() == ' ' || line.front() == '\t') return "folded header line";
  std::size_t colon = 0;
  while (colon < line.size() && is(line[colon], kToken)) ++colon;
  if (colon == line.size()) return "header line without a colon";
  if (line[colon] != ':') return "bad character in a header name";
  if (colon == 0) return "header without a name";
  if (!all(line.substr(colon + 1), kValue)) return "control character in a header value";
  out = {line.substr(0, colon), trimmed(line.substr(colon + 1))};
  return nullptr;
}

HeadGuard::Verdict HeadGuard::read(std::string_view bytes) {
  // RFC 9112, 2.2: one empty line in front of a request comes from old clients, and is skipped.
  if (start_ == 0 && bytes.starts_with("\r\n")) start_ = scanned_ = 2;
  if (start_ < bytes.size() && bytes[start_] != '\r' && !is(bytes[start_], kToken)) {
    refuse(400, "not an HTTP request");
    return Verdict::refused;
  }
  while (scanned_ < bytes.size()) {
    const void* found = std::memchr(bytes.data() + scanned_, '\n', bytes.size() - scanned_);
    if (!found) break;
    const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    const std::size_t most = scanned_ == start_ ? kRequestLineBytes : limits::kHeaderBytes;
    if (at + 1 - start_ > most) break;
    if (at == start_ || bytes[at - 1] != '\r') {
      refuse(400, "line without a carriage return");
      return Verdict::refused;
    }
    scanned_ = at + 1;
    if (bytes[at - 2] != '\n') continue;
    head_.size = scanned_;
    return parse(bytes.substr(start_, scanned_ - 2 - start_)) ? Verdict::complete
                                                              : Verdict::refused;
  }
  // Not complete: is it still allowed to become so?
  if (scanned_ == start_ && bytes.size() - start_ > kRequestLineBytes) {
    refuse(414, "request line too long");
    return Verdict::refused;
  }
  if (bytes.size() - start_ >= limits::kHeaderBytes) {
    refuse(431, "header block too large");
    return Verdict::refused;
  }
  return Verdict::more;
}

void HeadGuard::reset() {
  scanned_ = start_ = 0;
  std::vector<HeadField> fields = std::move(head_.fields);
  fields.clear();
  head_ = {};
  head_.fields = std::move(fields);
  refusal_ = {};
  host_ = authority_ = {};
  has_host_ = has_length_ = has_type_ = has_coding_ = says_close_ = says_keep_alive_ = false;
}

// `lines`: each ends with CRLF, and there is nothing else.
bool HeadGuard::parse(std::string_view lines) {
  if (lines.empty()) return refuse(400, "empty request");
  bool first = true;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    const std::string_view line = lines.substr(0, end - 1);
    lines.remove_prefix(end + 1);
    if (first ? !parse_request_line(line) : !parse_field(line)) return false;
    first = false;
  }
  return check_whole();
}

bool HeadGuard::parse_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos || first == 0 || !all(line.substr(0, first), kToken))
    return refuse(400, "malformed request line");
  head_.method = line.substr(0, first);
  line.remove_prefix(first + 1);
  const std::size_t second = line.find(' ');
  if (second == std::string_view::npos || second == 0) return refuse(400, "malformed request line");
  if (second > limits::kUrlBytes) return refuse(414, "URL too long");
  return parse_version(line.substr(second + 1)) && parse_target(line.substr(0, second));
}

bool HeadGuard::parse_version(std::string_view text) {
  if (text.size() != 8 || !text.starts_with("HTTP/") || !is_digit(text[5]) || text[6] != '.' ||
      !is_digit(text[7]))
    return refuse(400, "malformed HTTP version");
  if (text[5] != '1' || text[7] > '1') return refuse(505, "HTTP/1.0 and HTTP/1.1 are spoken here");
  head_.minor_version = text[7] - '0';
  return true;
}

// RFC 9112, 3.2: origin form, absolute form, `*` for OPTIONS, host:port for CONNECT.
bool HeadGuard::parse_target(std::string_view target) {
  if (!all(target, kTarget)) return refuse(400, "bad character in the URL");
  head_.target = target;
  if (head_.method == "CONNECT") {
    if (!all(target, kHost)) return refuse(400, "CONNECT wants host:port");
    return true;
  }
  if (target == "*") {
    head_.path = target;
    return head_.method == "OPTIONS" || refuse(400, "* is for OPTIONS alone");
  }
  if (target.front() != '/') {
    for (const std::string_view scheme : {"http://", "https://"})
      if (equals_ignoring_case(target.substr(0, scheme.size()), scheme)) {
        target.remove_prefix(scheme.size());
        authority_ = target.substr(0, target.find_first_of("/?"));
        target.remove_prefix(authority_.size());
      }
    if (authority_.empty()) return refuse(400, "the URL must begin with /");
    if (target.empty() || target.front() == '?') return refuse(400, "the URL has no path");
  }
  const std::size_t mark = target.find('?');
  head_.path = target.substr(0, mark);
  if (mark != std::string_view::npos) head_.query = target.substr(mark + 1);
  return true;
}

bool HeadGuard::parse_field(std::string_view line) {
  HeadField field;
  if (const char* fault = read_field(line, field)) return refuse(400, fault);
  if (head_.fields.size() == limits::kHeaderFields) return refuse(431, "too many header lines");
  head_.fields.push_back(field);
  return note_field(field);
}

bool HeadGuard::note_field(const HeadField& field) {
  const auto named = [&field](std::string_view name) {
    return equals_ignoring_case(field.name, name);
  };
  if (named("host")) {
    if (has_host_) return refuse(400, "repeated Host");
    if (field.value.empty() || !all(field.value, kHost)) return refuse(400, "bad Host");
    has_host_ = true;
    host_ = field.value;
  } else if (named("content-length")) {
    if (has_length_) return refuse(400, "repeated Content-Length");
    has_length_ = true;
    const char* begin = field.value.data();
    const char* end = begin + field.value.size();
    if (!std::all_of(begin, end, is_digit) ||
        std::from_chars(begin, end, head_.content_length).ec != std::errc())
      return refuse(400, "bad Content-Length");
  } else if (named("content-type")) {  // RFC 9110, 5.3: no list; two readers could take two
    if (has_type_) return refuse(400, "repeated Content-Type");
    has_type_ = true;
  } else if (named("transfer-encoding")) {
    return note_coding(field.value);
  } else if (named("connection")) {
    return note_connection(field.value);
  } else if (named("expect")) {
    if (!equals_ignoring_case(field.value, "100-continue"))
      return refuse(417, "the only expectation known is 100-continue");
    head_.expects_continue = true;
  }
  return true;
}

bool HeadGuard::note_connection(std::string_view list) {
  while (!list.empty()) {
    const std::string_view option = next_item(list);
    if (!all(option, kToken)) return refuse(400, "bad Connection");
    says_close_ |= equals_ignoring_case(option, "close");
    says_keep_alive_ |= equals_ignoring_case(option, "keep-alive");
  }
  return true;
}

bool HeadGuard::note_coding(std::string_view list) {
  if (has_coding_) return refuse(400, "repeated Transfer-Encoding");
  has_coding_ = true;
  if (equals_ignoring_case(list, "chunked")) return true;
  // A compressed body that ends in chunked is well formed, but not spoken here.
  const std::string_view first = next_item(list);
  for (const std::string_view known : {"gzip", "x-gzip", "deflate", "compress", "x-compress"})
    if (equals_ignoring_case(first, known) && equals_ignoring_case(trimmed(list), "chunked"))
      return refuse(501, "the only Transfer-Encoding spoken here is chunked");
  return refuse(400, "bad Transfer-Encoding");
}

// What can only be said when all lines are known.
bool HeadGuard::check_whole() {
  if (has_coding_ && has_length_) return refuse(400, "Content-Length beside Transfer-Encoding");
  if (has_coding_ && head_.minor_version == 0) return refuse(400, "Transfer-Encoding in HTTP/1.0");
  if (!has_host_ && head_.minor_version == 1) return refuse(400, "missing Host");
  if (!authority_.empty() && has_host_ && !equals_ignoring_case(authority_, host_))
    return refuse(400, "Host is not the URL's");
  if (!all(authority_, kHost)) return refuse(400, "bad host in the URL");
  if (has_coding_) head_.body = RequestHead::Body::chunked;
  if (head_.content_length > 0) head_.body = RequestHead::Body::sized;
  head_.keep_alive = !says_close_ && (head_.minor_version == 1 || says_keep_alive_);
  if (head_.minor_version == 0) head_.expects_continue = false;  // RFC 9110, 10.1.1
  return true;
}

bool HeadGuard::refuse(int status, std::string_view reason) {
  refusal_ = {status, reason};
  return false;
}

}  // namespace syncline
