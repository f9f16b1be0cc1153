#include "support/simulated_node.hpp"

#include <boost/json.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

namespace {

constexpr const char* usage = "node_sim_server FOLDER [--port N] [--keep]\n"
                              "Runs a simulated node until TERM or INT. The folder is removed at "
                              "the end if it was made here,\nunless --keep is given.\n";

struct order {
  std::filesystem::path folder;
  std::uint16_t port = 0;
  bool keep = false;
};

bool read(int count, char** words, order& wanted) {
  for (int i = 1; i < count; ++i) {
    const std::string word{words[i]};
    if (word == "--keep")
      wanted.keep = true;
    else if (word == "--port" && i + 1 < count)
      wanted.port = static_cast<std::uint16_t>(std::stoul(words[++i]));
    else if (wanted.folder.empty() && !word.starts_with("-"))
      wanted.folder = word;
    else
      return false;
  }
  return !wanted.folder.empty();
}

void serve(const order& wanted, const sigset_t& ending) {
  const cloudpods::support::simulated_node node{wanted.folder, wanted.port};
  const boost::json::object ready{{"host", node.host()},
                                  {"port", node.port()},
                                  {"user", node.user()},
                                  {"key", node.key_file().string()},
                                  {"known_hosts", node.known_hosts_file().string()},
                                  {"root", node.root().string()}};
  std::puts(boost::json::serialize(ready).c_str());
  std::fflush(stdout);
  int signal = 0;
  ::sigwait(&ending, &signal);
}

} // namespace

int main(int count, char** words) try {
  order wanted;
  if (!read(count, words, wanted)) {
    std::fputs(usage, stderr);
    return 2;
  }
  sigset_t ending;
  ::sigemptyset(&ending);
  ::sigaddset(&ending, SIGTERM);
  ::sigaddset(&ending, SIGINT);
  ::sigprocmask(SIG_BLOCK, &ending, nullptr);
  const bool made_here = !std::filesystem::exists(wanted.folder);
  serve(wanted, ending);
  if (made_here && !wanted.keep)
    std::filesystem::remove_all(wanted.folder);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "node_sim_server: %s\n", error.what());
  return 1;
}
