// `syncline views list|digest|show|rebuild`.
#include "ops/cli/log_source.h"
#include "ops/cli/print.h"
#include "ops/cli/views_commands.h"

namespace syncline {
namespace {

void write_digest(const ViewDigest& view, JsonWriter& out) {
  out.begin_object()
      .field("name", std::string_view(view.name))
      .field("version", std::uint64_t{view.version})
      .field("position", view.position)
      .field("digest", std::string_view(view.digest))
      .end_object();
}

std::string digest_row(const ViewDigest& view) {
  return view.digest + "  " + view.name + " v" + std::to_string(view.version) + " at " +
         std::to_string(view.position.value);
}

// A folder shows what is stored, which lags without anything being late.
std::string standing_text(const ProjectionStanding& view, const Where& where) {
  const std::string position = std::to_string(view.position.value);
  if (where.data.empty()) return "at " + position + ", " + std::to_string(view.lag) + " behind";
  if (view.lag == 0) return "stored up to " + position + ", the end of the log";
  return "stored up to " + position +
         " (a running server holds the rest in memory; the next start folds it)";
}

Exit print_digest(const Result<ViewDigest>& view, bool json) {
  if (view.has_error()) return failed(view.error());
  std::string line;
  JsonWriter out(line);
  if (json) write_digest(*view, out);
  print_line(json ? line : digest_row(*view));
  return Exit::done;
}

Exit print_past(const Result<ViewDigest>& view, bool json) {
  if (view.has_error()) return failed(view.error());
  if (!json) {
    print_line("name      " + view->name + " v" + std::to_string(view->version));
    print_line("as of     " + view->as_of);
    print_line("position  " + std::to_string(view->position.value));
    print_line("digest    " + view->digest);
    return Exit::done;
  }
  std::string line;
  JsonWriter(line)
      .begin_object()
      .field("name", std::string_view(view->name))
      .field("version", std::uint64_t{view->version})
      .field("asOf", std::string_view(view->as_of))
      .field("position", view->position)
      .field("digest", std::string_view(view->digest))
      .end_object();
  print_line(line);
  return Exit::done;
}

Exit print_all_digests(LogSource& source, bool json) {
  const auto views = source.views();
  if (views.has_error()) return failed(views.error());
  std::string line;
  JsonWriter out(line);
  out.begin_object().key("views").begin_array();
  for (const auto& each : *views) {
    const auto view = source.digest(each.name, {});
    if (view.has_error()) return failed(view.error());
    write_digest(*view, out);
    if (!json) print_line(digest_row(*view));
  }
  out.end_array().end_object();
  if (json) print_line(line);
  return Exit::done;
}

}  // namespace

Exit run(const ViewsListCommand& command) {
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  const auto views = (*source)->views();
  if (views.has_error()) return failed(views.error());
  std::string line;
  JsonWriter out(line);
  out.begin_object().key("views").begin_array();
  for (const auto& view : *views) {
    write_standing(view, out);
    if (command.json) continue;
    print_line(view.name + " v" + std::to_string(view.version) + " " +
               standing_text(view, command.where));
  }
  out.end_array().end_object();
  if (command.json) print_line(line);
  return Exit::done;
}

Exit run(const ViewsDigestCommand& command) {
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  if (command.name.empty()) return print_all_digests(**source, command.json);
  return print_digest((*source)->digest(command.name, {}), command.json);
}

Exit run(const ViewsShowCommand& command) {
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  if (command.at) return print_past((*source)->digest(command.name, command.at), command.json);
  const auto views = (*source)->views();
  if (views.has_error()) return failed(views.error());
  const auto view = (*source)->digest(command.name, {});
  if (view.has_error()) return failed(view.error());
  for (const auto& each : *views) {
    if (each.name != command.name) continue;
    std::string line;
    JsonWriter(line)
        .begin_object()
        .field("name", std::string_view(each.name))
        .field("version", std::uint64_t{each.version})
        .field("position", each.position)
        .field("lag", each.lag)
        .field("digest", std::string_view(view->digest))
        .field("digest_position", view->position)
        .end_object();
    if (command.json) {
      print_line(line);
      continue;
    }
    print_line("name      " + each.name + " v" + std::to_string(each.version));
    print_line("position  " + standing_text(each, command.where));
    print_line("digest    " + view->digest + " at " + std::to_string(view->position.value));
  }
  return Exit::done;
}

Exit run(const ViewsRebuildCommand& command) {
  LongWork work("rebuilding " + command.name, command.rate);
  const auto source = open_source(command.where);
  if (source.has_error()) return failed(source.error());
  auto rebuilt = (*source)->rebuild(command.name, work);
  if (rebuilt.has_error()) return failed(or_by_its_server(rebuilt.error()));
  return print_digest(rebuilt, command.json);
}

}  // namespace syncline
