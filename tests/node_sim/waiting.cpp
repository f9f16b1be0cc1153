#include "node_sim/waiting.hpp"

#include "node_sim/system.hpp"

#include <cerrno>
#include <csignal>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/time.h>
#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

volatile std::sig_atomic_t interrupted = 0;
bool undisturbed = false;

void note_signal(int) { interrupted = 1; }
void note_timer(int) {}

sigset_t ending_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP})
    ::sigaddset(&set, signal);
  return set;
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  ::sigaction(signal, &action, nullptr);
}

} // namespace

void hold_signals() {
  handle(SIGPIPE, SIG_IGN);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP})
    handle(signal, note_signal);
  const auto set = ending_signals();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
}

void release_signals() {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGPIPE})
    handle(signal, SIG_DFL);
  const auto set = ending_signals();
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

void finish_undisturbed() { undisturbed = true; }

bool is_interrupted() {
  wait_readable(-1, 0);
  return interrupted != 0;
}

void check_interrupted() {
  if (!undisturbed && is_interrupted())
    throw failure{"interrupted by signal"};
}

void pause_ms(std::int64_t ms) {
  check_interrupted();
  const auto end = now_ns() + ms * 1'000'000;
  for (auto left = ms; left > 0; left = (end - now_ns() + 999'999) / 1'000'000) {
    wait_readable(-1, left);
    check_interrupted();
  }
}

void wait_for_file(const std::string& path) {
  const auto folder = path.substr(0, path.rfind('/'));
  const int watch = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  ::inotify_add_watch(watch, folder.c_str(), IN_CREATE | IN_MOVED_TO);
  while (!exists(path)) {
    char events[4096];
    if (wait_readable(watch, 1000)) [[maybe_unused]]
      const auto size = ::read(watch, events, sizeof events);
    check_interrupted();
  }
  ::close(watch);
}

bool wait_readable(int file, std::int64_t ms) {
  sigset_t open;
  ::sigprocmask(SIG_BLOCK, nullptr, &open);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP})
    ::sigdelset(&open, signal);
  pollfd entry{file, POLLIN, 0};
  const timespec limit{ms / 1000, static_cast<long>(ms % 1000) * 1'000'000};
  return ::ppoll(&entry, 1, ms < 0 ? nullptr : &limit, &open) > 0;
}

bool take_flock(int file, int mode, std::int64_t ms) {
  if (::flock(file, mode | LOCK_NB) == 0)
    return true;
  handle(SIGALRM, note_timer);
  // The timer repeats, so that a signal which comes just before flock() is not missed.
  const itimerval ticks{{0, 10'000}, {0, 10'000}};
  const itimerval none{};
  ::setitimer(ITIMER_REAL, &ticks, nullptr);
  const auto end = now_ns() + ms * 1'000'000;
  bool taken = false;
  while (!taken && now_ns() < end && (undisturbed || !is_interrupted()))
    taken = ::flock(file, mode) == 0;
  ::setitimer(ITIMER_REAL, &none, nullptr);
  if (!taken)
    check_interrupted();
  return taken;
}

} // namespace cloudpods::node_sim
