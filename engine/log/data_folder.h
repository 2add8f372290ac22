// The folder that holds a log, log.acked and the views: made for its owner alone, and there after a
// power cut. For whoever puts a log into one.
#pragma once

#include <string>

#include "engine/error.h"

namespace rocksdb {
class Env;
}

namespace syncline {

// What was said is nobody else's to read. A folder that is there already keeps its mode.
Result<void> make_data_folder(const std::string& data);
// The names in it, and its own, are on disk.
Result<void> sync_data_folder(const std::string& data, rocksdb::Env* env);

}  // namespace syncline
