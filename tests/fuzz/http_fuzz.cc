// What a connection reads from the network: heads, chunked bodies, targets. However the bytes are
// cut into pieces, the conversation is the same; a head that is written down again reads the same;
// what is decoded encodes back.
#include <algorithm>

#include "connectors/auth/access.h"
#include "connectors/http/chunked.h"
#include "connectors/http/guard.h"
#include "connectors/http/request_target.h"
#include "connectors/http/route_table.h"
#include "connectors/json/utf8.h"
#include "engine/limits.h"
#include "tests/fuzz/fuzz.h"

namespace syncline {
namespace {

constexpr std::size_t kBodyLimit = 2000;

// What is left of a head when the bytes it was read from are gone.
struct Head {
  std::string method, target, path, query;
  int minor_version;
  RequestHead::Body body;
  std::uint64_t content_length;
  bool keep_alive, expects_continue;
  std::vector<std::pair<std::string, std::string>> fields;

  explicit Head(const RequestHead& head)
      : method(head.method),
        target(head.target),
        path(head.path),
        query(head.query),
        minor_version(head.minor_version),
        body(head.body),
        content_length(head.content_length),
        keep_alive(head.keep_alive),
        expects_continue(head.expects_continue) {
    for (const HeadField& field : head.fields) fields.emplace_back(field.name, field.value);
  }
  bool operator==(const Head&) const = default;
};

struct Conversation {
  std::vector<Head> heads;
  std::vector<std::string> bodies;
  int refused = 0;  // the status; 0: more was wanted
  std::string reason;

  bool operator==(const Conversation&) const = default;
};

// Reads as Connection does: everything that has come since the request began, again and again.
class Talk {
 public:
  // `whole`: all bytes come at once.
  Talk(std::string_view bytes, bool whole) : bytes_(bytes), whole_(whole), draws_(bytes) { more(); }

  Conversation read() {
    while (read_head() && read_body()) {
    }
    return std::move(out_);
  }

 private:
  bool more() {
    if (end_ == bytes_.size()) return false;
    const std::size_t left = bytes_.size() - end_;
    const std::size_t most = draws_.below(4) == 0 ? left : std::max<std::size_t>(1, left / 8);
    end_ += whole_ ? left : 1 + draws_.below(most);
    return true;
  }

  Exact unread() const { return Exact(bytes_.substr(begin_, end_ - begin_)); }

  bool refuse(const HttpRefusal& refusal) {
    out_.refused = refusal.status;
    out_.reason = refusal.reason;
    SYNCLINE_CHECK(refusal.status >= 400 && refusal.status < 600 && !refusal.reason.empty());
    return false;
  }

  bool read_head() {
    guard_.reset();
    do {
      const Exact here = unread();
      const auto verdict = guard_.read(here.view());
      if (verdict == HeadGuard::Verdict::refused) return refuse(guard_.refusal());
      if (verdict == HeadGuard::Verdict::more) continue;
      SYNCLINE_CHECK(guard_.head().size <= here.view().size());
      begin_ += guard_.head().size;
      out_.heads.emplace_back(guard_.head());
      return true;
    } while (more());
    return false;
  }

  bool read_body() {
    std::string& body = out_.bodies.emplace_back();
    const Head& head = out_.heads.back();
    if (head.body == RequestHead::Body::none) return true;
    if (head.body == RequestHead::Body::chunked) return read_chunked(body);
    if (head.content_length > kBodyLimit) return refuse({413, "too large"});
    while (end_ - begin_ < head.content_length)
      if (!more()) return false;
    body = bytes_.substr(begin_, static_cast<std::size_t>(head.content_length));
    begin_ += body.size();
    return true;
  }

  bool read_chunked(std::string& body) {
    ChunkedReader chunked;
    chunked.reset(kBodyLimit);
    do {
      const Exact here = unread();
      const auto [verdict, consumed] = chunked.feed(here.view(), body);
      SYNCLINE_CHECK(consumed <= here.view().size() && body.size() <= kBodyLimit);
      begin_ += consumed;
      if (verdict == ChunkedReader::Verdict::refused) return refuse(chunked.refusal());
      if (verdict == ChunkedReader::Verdict::complete) return true;
      SYNCLINE_CHECK(begin_ == end_);
    } while (more());
    return false;
  }

  const std::string_view bytes_;
  const bool whole_;
  Draws draws_;
  std::size_t begin_ = 0, end_ = 0;
  HeadGuard guard_;
  Conversation out_;
};

std::string written(const Head& head) {
  std::string text =
      head.method + ' ' + head.target + " HTTP/1." + std::to_string(head.minor_version) + "\r\n";
  for (const auto& [name, value] : head.fields) text += name + ": " + value + "\r\n";
  return text + "\r\n";
}

std::string in_chunks(std::string_view body, Draws& draws) {
  std::string text;
  while (!body.empty()) {
    const std::string_view piece = body.substr(0, 1 + draws.below(body.size()));
    body.remove_prefix(piece.size());
    char size[32];
    std::snprintf(size, sizeof size, draws.below(2) ? "%zx;a=b\r\n" : "%zX\r\n", piece.size());
    text.append(size).append(piece).append("\r\n");
  }
  return text + "0\r\nx: y\r\n\r\n";
}

std::string encoded(std::string_view text) {
  static constexpr char kDigits[] = "0123456789aBcDeF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
  }
  return out;
}

const RouteTable& routes() {
  static const RouteTable* const table = [] {
    auto* made = new RouteTable;
    for (const AccessRow& row : access_table())
      made->add({row.method, std::string(row.pattern), {}, 0}, &row);
    return made;
  }();
  return *table;
}

void check_decoding(std::string_view text) {
  const auto decoded = percent_decoded(text);
  if (!decoded) return;
  SYNCLINE_CHECK(utf8_fault(*decoded) == std::string_view::npos);
  if (decoded->find('\0') == std::string::npos)
    SYNCLINE_CHECK(percent_decoded(encoded(*decoded)).value() == *decoded);
}

void check_target(const Head& head) {
  Request request;
  if (!set_target(request, head.target, head.path, head.query)) return;
  std::string again;
  for (const auto& [name, value] : request.query) {
    if (name.find('\0') != name.npos || value.find('\0') != value.npos) return;
    again += encoded(name) + '=' + encoded(value) + '&';
  }
  Request second;
  SYNCLINE_CHECK(set_target(second, head.target, head.path, again));
  SYNCLINE_CHECK(second.query == request.query);

  const MountedPath* const mounted = routes().find(request.path);
  if (mounted == nullptr) return;
  const auto slashes = std::count(request.path.begin(), request.path.end(), '/');
  SYNCLINE_CHECK(mounted->segments.size() == static_cast<std::size_t>(slashes));
  if (!RouteTable::decode_params(*mounted, request)) return;
  std::string path;
  auto param = request.params.begin();
  for (const std::string& segment : mounted->segments)
    path += '/' + (segment.starts_with('{') ? encoded((param++)->second) : segment);
  SYNCLINE_CHECK(param == request.params.end() && routes().find(path) == mounted);
}

void check(std::string_view bytes) {
  const Conversation whole = Talk(bytes, true).read();
  SYNCLINE_CHECK(Talk(bytes, false).read() == whole);
  for (const Head& head : whole.heads) {
    const std::string text = written(head);
    if (text.size() > limits::kHeaderBytes) continue;
    const Conversation again = Talk(text, true).read();
    SYNCLINE_CHECK(again.heads.size() == 1 && again.heads.front() == head);
    check_target(head);
  }
  check_decoding(bytes);

  Draws draws(bytes);
  const std::string_view body = bytes.substr(0, kBodyLimit);
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const Conversation sent = Talk(post + in_chunks(body, draws), false).read();
  SYNCLINE_CHECK(sent.bodies.size() == 1 && sent.bodies.front() == body && sent.refused == 0);
}

}  // namespace
}  // namespace syncline

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  syncline::check(syncline::text_of(bytes, size));
  return 0;
}
