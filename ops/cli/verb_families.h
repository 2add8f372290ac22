// The families of verbs, in the order in which the help lists them. A new one is a line here and in
// command_line.cc, its structs with their run() in a *_commands.h, its words in a *_words.cc, and a
// file for what each verb does.
#pragma once

#include "ops/cli/verb_words.h"

namespace syncline {

void add_serve_verbs(VerbWords top);   // serve, token, config, version
void add_log_verbs(VerbWords top);     // log, history
void add_views_verbs(VerbWords top);   // views
void add_replay_verbs(VerbWords top);  // replay
void add_backup_verbs(VerbWords top);  // backup
void add_mirror_verbs(VerbWords top);  // mirror
void add_help_verbs(VerbWords top);    // completion, man

}  // namespace syncline
