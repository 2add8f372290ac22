// The configuration: a TOML file, and lists in the environment and behind flags. TOML that is read
// can be written and read again; a fault names a line that the file has; a secret is never said.
#include <algorithm>
#include <charconv>

#include <sys/mman.h>
#include <unistd.h>

#include "ops/cli/config.h"
#include "ops/cli/toml_text.h"
#include "tests/fuzz/fuzz.h"

namespace syncline {
namespace {

bool same(const TomlValue& a, const TomlValue& b) {
  const auto same_member = [](const TomlMember& x, const TomlMember& y) {
    return x.name == y.name && same(x.value, y.value);
  };
  return a.kind == b.kind && a.text == b.text && a.integer == b.integer && a.boolean == b.boolean &&
         std::ranges::equal(a.elements, b.elements, same) &&
         std::ranges::equal(a.members, b.members, same_member);
}

void write_text(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\u%04x", byte);
    out += byte < 0x20 || byte == 0x7F || c == '"' || c == '\\' ? escape : std::string(1, c);
  }
  out += '"';
}

void write(const TomlValue& value, std::string& out) {
  switch (value.kind) {
    case TomlKind::text:
      return write_text(value.text, out);
    case TomlKind::integer:
      out += std::to_string(value.integer);
      return;
    case TomlKind::boolean:
      out += value.boolean ? "true" : "false";
      return;
    case TomlKind::number:
      out += "1.5";
      return;
    case TomlKind::time:
      out += "1979-05-27";
      return;
    case TomlKind::list:
      out += '[';
      for (const TomlValue& element : value.elements) {
        write(element, out);
        out += ',';
      }
      out += ']';
      return;
    case TomlKind::table:
      out += '{';
      for (const TomlMember& member : value.members) {
        if (&member != &value.members.front()) out += ',';
        write_text(member.name, out);
        out += '=';
        write(member.value, out);
      }
      out += '}';
      return;
  }
}

int lines_of(std::string_view text) {
  return 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

void check_toml(std::string_view text) {
  const auto parsed = parse_toml(text);
  if (const auto* fault = std::get_if<TomlFault>(&parsed)) {
    SYNCLINE_CHECK(fault->line >= 1 && fault->line <= lines_of(text) && !fault->what.empty());
    return;
  }
  const auto& table = std::get<TomlValue>(parsed);
  std::string written;
  for (const TomlMember& member : table.members) {
    write_text(member.name, written);
    written += '=';
    write(member.value, written);
    written += '\n';
  }
  const auto again = parse_toml(written);
  SYNCLINE_CHECK(std::holds_alternative<TomlValue>(again));
  SYNCLINE_CHECK(same(std::get<TomlValue>(again), table));
}

// A file without a disk.
class File {
 public:
  File() : handle_(memfd_create("syncline.toml", 0)) { SYNCLINE_CHECK(handle_ >= 0); }
  ~File() { close(handle_); }

  std::string path() const { return "/proc/self/fd/" + std::to_string(handle_); }
  void write(std::string_view text) {
    SYNCLINE_CHECK(ftruncate(handle_, 0) == 0);
    SYNCLINE_CHECK(pwrite(handle_, text.data(), text.size(), 0) ==
                   static_cast<ssize_t>(text.size()));
  }

 private:
  int handle_;
};

void check_faults(const ConfigReading& reading, const std::string& file, std::string_view text) {
  for (const ConfigFault& fault : reading.faults) {
    SYNCLINE_CHECK(!fault.what.empty());
    if (fault.where == "environment" || fault.where == "command line") continue;
    SYNCLINE_CHECK(fault.where.starts_with(file + ':'));
    int line = 0;
    const char* const end = fault.where.data() + fault.where.size();
    const auto read = std::from_chars(fault.where.data() + file.size() + 1, end, line);
    SYNCLINE_CHECK(read.ptr == end && line >= 1 && line <= lines_of(text));
  }
  const auto check_secret = [&](const std::string& secret) {
    // The seeds' secrets hold a word that no sentence of ours does.
    if (secret.find("hushhush") == std::string::npos) return;
    for (const ConfigFault& fault : reading.faults)
      SYNCLINE_CHECK(fault.what.find(secret) == std::string::npos);
  };
  check_secret(reading.config.jwt_secret.reveal());
  for (const ConfiguredKey& entry : reading.config.api_keys) check_secret(entry.key.reveal());
}

void check(std::string_view text) {
  static File& file = *new File;
  check_toml(Exact(text).view());
  file.write(text);
  for (const bool dev : {true, false}) {
    const auto reading = read_config({dev, file.path(), {}, {}});
    // Without --dev a key that is missing has no line.
    if (dev) check_faults(reading, file.path(), text);
  }
  const std::string value(text.substr(0, text.find('\0')));
  const NamedTexts environment = {{"SYNCLINE_AUTH_API_KEYS", value},
                                  {"SYNCLINE_SERVER_LISTEN", value},
                                  {"SYNCLINE_PRESENCE_EXPIRY", value}};
  const NamedTexts flags = {{"webhooks.allow_ports", value},
                            {"log.reserve", value},
                            {"presence.rate", value},
                            {"webhooks.allow_networks", value}};
  read_config({true, {}, environment, flags});
}

}  // namespace
}  // namespace syncline

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  syncline::check(syncline::text_of(bytes, size));
  return 0;
}
