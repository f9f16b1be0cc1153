#include "wrk.hpp"

#include <stdexcept>

#include "support/child_process.hpp"

namespace cloudpods::bench {

namespace {

double number_after(const std::string& from, const std::string& mark) {
  const auto at = from.find(mark);
  if (at == std::string::npos)
    throw std::runtime_error{"wrk does not say " + mark + ": " + from};
  return std::stod(from.substr(at + mark.size()));
}

/// `1.23ms`, `456.00us`, `1.2s`.
double milliseconds_after(const std::string& from, const std::string& mark) {
  const auto value = number_after(from, mark);
  const auto unit = from.find_first_of("mus", from.find(mark) + mark.size());
  return from[unit] == 'u' ? value / 1000 : from[unit] == 's' ? value * 1000 : value;
}

} // namespace

wrk_report run_wrk(const wrk_load& load) {
  std::vector<std::string> argv{
      "wrk",       "-t1",
      "-c64",      "-d" + std::to_string(load.seconds) + "s",
      "--latency", "http://127.0.0.1:" + std::to_string(load.port) + load.path};
  if (!load.token.empty())
    argv.insert(argv.end(), {"-H", "Authorization: Bearer " + load.token});
  const auto done = support::run_program(argv, {}, std::chrono::seconds{load.seconds + 20});
  if (done.code != 0)
    throw std::runtime_error{"wrk does not run: " + done.err};
  if (done.out.find("Non-2xx") != std::string::npos ||
      done.out.find("Socket errors") != std::string::npos)
    throw std::runtime_error{"wrk was refused: " + done.out};
  const auto per_second = number_after(done.out, "Requests/sec:");
  return {per_second, per_second * load.seconds, milliseconds_after(done.out, " 99%")};
}

} // namespace cloudpods::bench
