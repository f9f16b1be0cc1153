#include "support/files.hpp"

#include <algorithm>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <sys/inotify.h>
#include <unistd.h>
#include <utility>

namespace cloudpods::support {

using clock = std::chrono::steady_clock;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  // Not by its iterators: they throw where a process ends while its folder of /proc is read.
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream{path, std::ios::binary} << text;
}

bool wait_for_change(const std::vector<std::filesystem::path>& folders,
                     const std::function<bool()>& predicate, std::chrono::milliseconds limit) {
  // Some changes leave no event (the end of a process): the longest time without a look.
  constexpr std::chrono::milliseconds longest{100};
  const auto end = clock::now() + limit;
  const int watch = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  for (const auto& folder : folders)
    ::inotify_add_watch(watch, folder.c_str(),
                        IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MODIFY | IN_CLOSE_WRITE);
  bool fulfilled = predicate();
  while (!fulfilled && clock::now() < end) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock::now());
    pollfd entry{watch, POLLIN, 0};
    ::poll(&entry, 1, static_cast<int>(std::min(left, longest).count()) + 1);
    char events[4096];
    while (::read(watch, events, sizeof events) > 0) {
    }
    fulfilled = predicate();
  }
  ::close(watch);
  return fulfilled;
}

} // namespace cloudpods::support
