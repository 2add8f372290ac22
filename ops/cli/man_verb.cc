// `syncline man`: the manual page (roff, man(7)), made of the verbs' own pages.
#include "ops/cli/help_commands.h"
#include "ops/cli/print.h"
#include "ops/cli/verb_page.h"

namespace syncline {
namespace {

// Text that roff takes as it is.
std::string plain(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    line_begins = c == '\n';
  }
  return out;
}

std::string synopsis(const VerbPage& page) {
  std::string out = ".B " + plain(page.path) + "\n";
  for (const VerbOption& option : page.options) {
    if (!option.names.empty() && !option.required) continue;
    std::string words = option.names.empty() ? "" : "\\fB" + plain(option.names[0]) + "\\fR ";
    words += "\\fI" + plain(option.label) + "\\fR";
    out += option.required ? words + "\n" : "[" + words + "]\n";
  }
  return out + "[options]\n";
}

std::string tagged(const VerbOption& option) {
  std::string tag;
  for (const std::string& name : option.names) {
    tag += (tag.empty() ? "" : ", ") + ("\\fB" + plain(name) + "\\fR");
  }
  if (!option.label.empty()) {
    tag += (tag.empty() ? "" : " ") + ("\\fI" + plain(option.label) + "\\fR");
  }
  return ".TP\n" + tag + "\n" + plain(option.text) + "\n";
}

std::string section_of(const VerbPage& page) {
  std::string out = ".SS " + plain(page.path) + "\n" + plain(page.text) + "\n.PP\n";
  out += synopsis(page);
  const std::vector<std::string> help = {"--help", "-h"};
  for (const VerbOption& option : page.options) {
    if (option.names != help) out += tagged(option);
  }
  if (!page.footer.empty()) out += ".PP\n.nf\n" + plain(page.footer) + "\n.fi\n";
  return out;
}

std::string man_page() {
  const auto pages = verb_pages();
  std::string out =
      ".TH SYNCLINE 1 \"\" \"syncline " SYNCLINE_VERSION "\"\n.SH NAME\n" +
      plain("syncline - " + pages.front().text.substr(pages.front().path.size() + 2)) +
      "\n.SH SYNOPSIS\n.B syncline\n.I verb\n[options]\n.SH VERBS\n";
  for (const VerbPage& page : pages) {
    if (page.verbs.empty()) out += section_of(page);
  }
  out +=
      ".SH EXIT STATUS\n"
      ".TP\n0\nDone.\n"
      ".TP\n1\nIt did its work, and what it looked at is not right.\n"
      ".TP\n2\nThe words were not understood.\n"
      ".TP\n3\nIt could not do it; standard error has one sentence.\n"
      ".SH ENVIRONMENT\n"
      ".TP\n\\fBSYNCLINE_TOKEN\\fR\nAn admin token, for verbs that ask a server.\n"
      ".TP\n\\fBSYNCLINE_\\fISECTION\\fB_\\fIKEY\\fR\nA key of the configuration; over the file, "
      "below the command line.\n"
      ".SH FILES\n"
      ".TP\n\\fI./syncline.toml\\fR\nThe configuration, when no other is named.\n";
  return out;
}

}  // namespace

Exit run(const ManCommand&) {
  std::string page = man_page();
  page.pop_back();  // print_line ends the last line
  print_line(page);
  return Exit::done;
}

}  // namespace syncline
