// Takes the bytes of an HTTP/1.1 answer as they come and gives out its status and its body (RFC
// 9112: Content-Length, chunked, or until the end of the connection). Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace syncline {

class HttpAnswerReader {
 public:
  // Gets pieces of the body; the status is known by then. false: it wants no more.
  using Body = std::function<bool(std::string_view)>;

  enum class State { more, done, stopped, broken };
  State take(std::string_view bytes, const Body& body);
  // The connection has ended: done, or broken when something is missing.
  State end() const;

  int status() const { return status_; }
  const std::string& retry_after() const { return retry_after_; }  // as it was sent; "": it was not

 private:
  enum class Part { head, sized, until_end, chunk_size, chunk, chunk_end, trailer, done };

  bool read_head(std::string_view head);
  State step(const Body& body);
  State give(std::size_t size, Part next, const Body& body);
  std::optional<std::string_view> line();

  Part part_ = Part::head;
  std::string pending_;
  std::size_t read_ = 0;    // of pending_
  std::uint64_t left_ = 0;  // of the body or the chunk
  int status_ = 0;
  std::string retry_after_;
};

}  // namespace syncline
