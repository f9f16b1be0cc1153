#pragma once

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <string>

#include "ssh/command_line.hpp"
#include "ssh/operation_argv.hpp"
#include "ssh/outcome_reader.hpp"
#include "ssh/shell.hpp"

namespace cloudpods::ssh::test {

using domain::failure_class;

/// A node whose `qm`, `pct` and `pvesh` print what a test wants and note how they were called.
struct tools_fixture {
  tools_fixture() {
    std::filesystem::create_directory(home.path() / "bin");
    for (const auto* tool : {"qm", "pct", "pvesh", "pvesm", "qmrestore", "vzdump"})
      write_file(home.path() / "bin" / tool,
                 "#!/bin/sh\necho \"${0##*/} $*\" >>\"$HOME/called\"\n"
                 "if [ -e \"$HOME/$1.out\" ]; then cat \"$HOME/$1.out\"; fi\n"
                 "if [ -e \"$HOME/$1.err\" ]; then cat \"$HOME/$1.err\" >&2; exit 2; fi\n",
                 true);
  }

  void say(const std::string& verb, const std::string& text) const {
    write_file(home.path() / (verb + ".out"), text);
  }

  void refuse(const std::string& verb, const std::string& text) const {
    write_file(home.path() / (verb + ".err"), text);
  }

  domain::outcome perform(const domain::operation& what) {
    const auto line = start_line({{"item", "step", ++attempts}, 1}, what, node).value();
    running_shell shell{line.text, home.path()};
    shell.give(line.input);
    exec_result result;
    result.maybe_begun = true;
    result.out.append(shell.finish().out);
    return outcome_of(what, result);
  }

  std::optional<failure_class> destroy(domain::guest_kind kind, bool unmarked = false) {
    const auto outcome = perform(domain::destroy_guest{kind, 101, mark, unmarked, {}});
    if (const auto* no = std::get_if<domain::failed>(&outcome))
      return no->why;
    BOOST_TEST_REQUIRE(std::holds_alternative<domain::succeeded>(outcome));
    return std::nullopt;
  }

  [[nodiscard]] bool was_called(const std::string& words) const {
    return content_of(home.path() / "called").contains(words);
  }

  /// No command that changes anything.
  [[nodiscard]] bool was_touched() const {
    return was_called(" stop ") || was_called(" destroy ") || was_called(" unlock ");
  }

  scratch_directory home;
  node_setting node{domain::node_name{"pve1"}, "work", false};
  domain::owner_mark mark{domain::controller_id{"ctl"}, domain::pod_id{"Pod-1"}};
  int attempts = 0;
};

} // namespace cloudpods::ssh::test
