#include "client/time_text.hpp"

#include <charconv>
#include <ctime>

namespace cloudpods::client {

namespace {

using namespace std::chrono;

/// Takes `count` digits off the front.
std::optional<int> digits(std::string_view& text, std::size_t count) {
  int number = 0;
  if (text.size() < count)
    return std::nullopt;
  const auto* const end = text.data() + count;
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || number < 0)
    return std::nullopt;
  text.remove_prefix(count);
  return number;
}

bool skip(std::string_view& text, char expected) {
  if (!text.starts_with(expected))
    return false;
  text.remove_prefix(1);
  return true;
}

/// `.123456` → 123; 0 where there is none.
std::optional<int> milliseconds_of(std::string_view& text) {
  if (!skip(text, '.'))
    return 0;
  int number = 0;
  int place = 100;
  const auto before = text.size();
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
    number += place * (text.front() - '0');
    place /= 10;
  }
  return text.size() < before ? std::optional{number} : std::nullopt;
}

} // namespace

std::optional<time_point> time_from_text(std::string_view text) {
  const auto year_number = digits(text, 4);
  const bool dash = skip(text, '-');
  const auto month_number = digits(text, 2);
  const bool second_dash = skip(text, '-');
  const auto day_number = digits(text, 2);
  const bool t = skip(text, 'T');
  const auto hour = digits(text, 2);
  const bool colon = skip(text, ':');
  const auto minute = digits(text, 2);
  const bool second_colon = skip(text, ':');
  const auto second = digits(text, 2);
  if (!year_number || !dash || !month_number || !second_dash || !day_number || !t || !hour ||
      !colon || !minute || !second_colon || !second)
    return std::nullopt;
  const auto fraction = milliseconds_of(text);
  const year_month_day date{year{*year_number}, month{static_cast<unsigned>(*month_number)},
                            day{static_cast<unsigned>(*day_number)}};
  if (!fraction || text != "Z" || !date.ok() || *hour > 23 || *minute > 59 || *second > 60)
    return std::nullopt;
  return sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second} +
         milliseconds{*fraction};
}

std::string duration_text(seconds length) {
  const auto count = length.count();
  if (count < 90)
    return std::to_string(count) + " s";
  if (count < 90 * 60)
    return std::to_string((count + 30) / 60) + " min";
  if (count < 36 * 3600)
    return std::to_string((count + 1800) / 3600) + " h";
  return std::to_string((count + 43200) / 86400) + " days";
}

std::string relative_text(time_point then, time_point now) {
  const auto passed = floor<seconds>(now - then);
  // Clocks differ by a little: what seems to be about to happen has just happened.
  if (passed > seconds{-5} && passed < seconds{5})
    return "just now";
  return passed < seconds{0} ? "in " + duration_text(-passed) : duration_text(passed) + " ago";
}

std::string local_text(time_point then) {
  const auto seconds_since =
      static_cast<std::time_t>(floor<seconds>(then).time_since_epoch().count());
  std::tm parts{};
  localtime_r(&seconds_since, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts)};
}

std::string ago(std::string_view text, time_point now) {
  const auto then = time_from_text(text);
  return then ? relative_text(*then, now) : std::string{text};
}

std::string local_and_ago(std::string_view text, time_point now) {
  const auto then = time_from_text(text);
  return then ? local_text(*then) + " (" + relative_text(*then, now) + ")" : std::string{text};
}

} // namespace cloudpods::client
