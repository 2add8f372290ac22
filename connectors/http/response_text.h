// A response's head as bytes (RFC 9112, 4 and 5): written straight into the connection's buffer.
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "connectors/http/message.h"

namespace syncline {

std::string_view reason_phrase(int status);

// How the reader learns where the body ends.
enum class BodyEnd : std::uint8_t { length, chunked, close };

struct HeadWords {
  std::string_view date;  // IMF-fixdate
  std::string_view request_id;
  Position position;  // x-syncline-position
  BodyEnd end = BodyEnd::length;
  bool keep_alive = true;
  bool announce_keep_alive = false;  // an HTTP/1.0 client must be told
};

// Appends status line, fields and the empty line.
void append_head(std::string& out, const Response& response, const HeadWords& words);

// RFC 9110, 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(Time time);

}  // namespace syncline
