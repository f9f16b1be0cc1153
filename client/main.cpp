#include <cstdlib>
#include <exception>
#include <iostream>
#include <random>
#include <thread>

#include <sys/ioctl.h>
#include <unistd.h>

#include "client/run.hpp"

namespace {

using namespace cloudpods::client;

std::string variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

/// 128 bits of chance: no two requests ever share a key.
std::string make_key() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device chance;
  std::string key = "ctl-";
  for (int i = 0; i < 32; ++i)
    key += digits[chance() % digits.size()];
  return key;
}

std::size_t terminal_width() {
  winsize size{};
  constexpr std::size_t usual = 80;
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

} // namespace

int main(int count, char** arguments) {
  const console around{
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .can_ask = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1,
      .shows_bar = isatty(STDERR_FILENO) == 1 && variable("TERM") != "dumb",
      .width = terminal_width(),
      .variable = variable,
      .now =
          [] {
            return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
          },
      .sleep = [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); },
      .make_key = make_key,
  };
  try {
    const int code = run(count, arguments, around);
    std::cout.flush();
    return code == 0 && !std::cout ? 1 : code; // a full disk behind `>` is no success
  } catch (const std::exception& error) {
    std::cerr << "cloudpodsctl: " << error.what() << '\n';
    return 1;
  }
}
