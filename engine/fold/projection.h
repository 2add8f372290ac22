// A projection: a name, a version, and a fold. The fold is a pure function of (event, state): no
// clock, no I/O, no randomness, so that the same log gives the same state on any machine. Its state
// is an ordered set of keys and values of its own; whatever it needs lies there.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/log/record.h"

namespace syncline {

// What an event did to a projection; travels back with its receipt.
struct Outcome {
  bool created = false;     // the entity was not known before
  bool applied = false;     // the view moved
  std::uint64_t count = 0;  // a figure of the projection's own
};

// The first byte of the keys of an index whose next key mostly goes behind all there are (by time,
// by number), whatever name it ends with. Others mostly go beside one that differs in its last 8
// bytes. It says where the store looks first: what begins so by chance is found all the same.
inline constexpr char kGrowsAtItsEnd = 'd';

// State as a reader sees it. Keys are ordered by their bytes.
class ReadState {
 public:
  virtual ~ReadState() = default;
  virtual std::optional<std::string> get(std::string_view key) const = 0;
  // Calls `each` with keys >= from that begin with prefix, in order, until it returns false.
  virtual void scan(
      std::string_view prefix, std::string_view from,
      const std::function<bool(std::string_view key, std::string_view value)>& each) const = 0;
};

// State as a fold sees it: reads see what it has written.
class FoldState {
 public:
  virtual ~FoldState() = default;
  virtual std::optional<std::string> get(std::string_view key) const = 0;
  virtual void put(std::string_view key, std::string_view value) = 0;
  virtual void erase(std::string_view key) = 0;
};

class Projection {
 public:
  virtual ~Projection() = default;
  virtual std::string_view name() const = 0;
  // A fold or a state shape that changes takes the next version, and is built anew from the log.
  virtual std::uint32_t version() const = 0;
  // nullopt: the event does not concern it.
  virtual std::optional<Outcome> apply(const Event& event, FoldState& state) const = 0;
  // What of an entry counts for the digest: nullopt leaves it out (an index, say). State that nodes
  // compare names events by origin.incarnation.sequence, so a position is left out here.
  virtual std::optional<std::string> canonical(std::string_view /*key*/,
                                               std::string_view value) const {
    return std::string(value);
  }
  // Can it be read as of an earlier position (engine/past)?
  virtual bool has_past() const { return true; }
  // Which keys can. One is left out that no reader of the past looks for, like an index that it
  // would have to walk over: there a fold reads it as absent and writes it to nowhere, so that
  // nothing that is kept may rest on it.
  virtual bool kept_in_past(std::string_view /*key*/) const { return true; }
};

}  // namespace syncline
