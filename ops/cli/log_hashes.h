// The hash of any event of a log, wherever the log lies: a data folder, a running server, or a file
// that `log export` wrote. A folder and a server are asked for single events; a file is read once,
// and 32 bytes of each of its events are kept. One thread.
#pragma once

#include <memory>
#include <string>

#include "engine/error.h"
#include "engine/log/log.h"

namespace syncline {

class LogHashes {
 public:
  virtual ~LogHashes() = default;

  const std::string& place() const { return place_; }
  const std::string& identity() const { return identity_; }
  Position first() const { return first_; }  // of an export that begins later; else 1
  Position last() const { return last_; }    // before first(): there is no event

  // Of an event first()..last(). A hash tells everything before it while all events are of one
  // origin: `invalid` where they are not.
  virtual Result<Hash> at(Position position) = 0;

 protected:
  std::string place_;
  std::string identity_;
  Position first_{1};
  Position last_;
};

// `place`: http://…, a folder, or a file. `token_file`: for a server, else SYNCLINE_TOKEN.
Result<std::unique_ptr<LogHashes>> open_hashes(const std::string& place,
                                               const std::string& token_file);

}  // namespace syncline
