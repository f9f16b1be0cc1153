#include "daemon/signals.hpp"

#include <cerrno>
#include <csignal>
#include <initializer_list>

#include <sys/signalfd.h>
#include <unistd.h>

namespace cloudpods::daemon {

awaited_signals::awaited_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int each : {SIGTERM, SIGINT, SIGHUP})
    sigaddset(&set, each);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  descriptor_ = signalfd(-1, &set, SFD_CLOEXEC);
  std::signal(SIGPIPE, SIG_IGN);
}

awaited_signals::~awaited_signals() { ::close(descriptor_); }

int awaited_signals::next() const {
  signalfd_siginfo info{};
  while (::read(descriptor_, &info, sizeof info) < 0 && errno == EINTR) {
  }
  return static_cast<int>(info.ssi_signo);
}

} // namespace cloudpods::daemon
