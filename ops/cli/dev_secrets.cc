#include "ops/cli/dev_secrets.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connectors/auth/base64.h"
#include "engine/log/data_folder.h"
#include "engine/sha256.h"
#include "ops/cli/config_layers.h"

namespace syncline {
namespace {

namespace fs = std::filesystem;

fs::path file_in(const fs::path& data) { return data / "dev.toml"; }

Error failed(const std::string& what, const fs::path& path) {
  return Error{ErrorCode::io, what + ' ' + path.string() + ": " + std::strerror(errno)};
}

Hash random_bytes(Rng& rng) {
  Hash bytes;
  rng.fill(bytes);
  return bytes;
}

std::string base64_of(const Hash& bytes) {
  return base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string new_file_text(Rng& rng) {
  std::string text =
      "# The secrets of `syncline serve --dev` in this folder, made once. Without this file it "
      "makes\n"
      "# new ones, and tokens that it gave out before are worth nothing.\n";
  text += "\n[auth]\njwt_secret = \"" + hex(random_bytes(rng)) + "\"\n";
  text += "\n[webhooks]\nsecret = \"whsec_" + base64_of(random_bytes(rng)) + "\"\n";
  text += "encryption_key = \"" + base64_of(random_bytes(rng)) + "\"\n";
  text += "\n[sync]\ncron_secret = \"" + hex(random_bytes(rng)) + "\"\n";
  return text;
}

// Everything is on disk when it returns 0; else errno says why not.
int write_whole(const fs::path& path, const std::string& text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return -1;
  const auto written = write(file, text.data(), text.size());
  const bool whole = written == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
  const int error = errno;
  close(file);
  errno = error;
  return whole ? 0 : -1;
}

}  // namespace

Result<DevSecrets> load_dev_secrets(const fs::path& data) {
  const fs::path path = file_in(data);
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) return failed("cannot look at", path);
    return Error{ErrorCode::not_found,
                 "there is no " + path.string() +
                     ": no `serve --dev` has run on this folder; for a server with a "
                     "configuration give --config syncline.toml"};
  }
  if (!S_ISREG(status.st_mode))
    return Error{ErrorCode::invalid, path.string() + " is not a plain file; remove it"};
  if ((status.st_mode & 077) != 0)
    return Error{ErrorCode::invalid, path.string() +
                                         " holds secrets and can be read or written by others; run "
                                         "`chmod 600 " +
                                         path.string() +
                                         "`, or delete it to have "
                                         "new secrets made"};
  Settings settings;
  lay_file(path, settings);
  if (!settings.faults.empty()) return Error{ErrorCode::invalid, settings.faults.front().text()};

  DevSecrets secrets;
  std::string lacking;
  const auto take = [&](std::string_view key, Secret& secret) {
    if (const Setting* setting = settings.find(key))
      secret = Secret(setting->value.text);
    else
      lacking = key;
  };
  take("auth.jwt_secret", secrets.jwt);
  take("webhooks.secret", secrets.webhook);
  take("webhooks.encryption_key", secrets.encryption_key);
  take("sync.cron_secret", secrets.cron);
  if (!lacking.empty())
    return Error{ErrorCode::invalid, path.string() + " lacks " + lacking +
                                         "; write it, or delete the file to have new secrets made"};
  return secrets;
}

Result<DevSecrets> make_dev_secrets(const fs::path& data, Rng& rng) {
  auto present = load_dev_secrets(data);
  if (present || present.error().code != ErrorCode::not_found) return present;

  std::error_code error;
  if (fs::create_directories(data, error)) fs::permissions(data, fs::perms::owner_all, error);
  if (error)
    return Error{ErrorCode::io, "cannot make the folder " + data.string() + ": " + error.message()};
  // Written beside and then linked: the file is there whole or not at all, and the first one stays.
  const fs::path path = file_in(data);
  const fs::path fresh = path.string() + '.' + hex(random_bytes(rng)).substr(0, 16);
  const bool written = write_whole(fresh, new_file_text(rng)) == 0;
  const bool linked = written && (link(fresh.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const int cause = errno;
  unlink(fresh.c_str());
  errno = cause;
  if (!linked) return failed("cannot write", path);
  if (auto synced = sync_data_folder(data, nullptr); synced.has_error()) return synced.error();
  return load_dev_secrets(data);
}

void adopt(const DevSecrets& secrets, Config& config) {
  if (config.jwt_secret.empty()) config.jwt_secret = secrets.jwt;
}

}  // namespace syncline
