#include "ssh/progress.hpp"

#include <algorithm>
#include <array>

#include "ssh/json_fields.hpp"
#include "ssh/node_text.hpp"

namespace cloudpods::ssh {

namespace {

constexpr std::size_t longest_line = 4096;
constexpr std::size_t longest_news = 200;
constexpr std::array<std::string_view, 2> measured{"transferred ", "progress "};
constexpr std::string_view backup_mark = "INFO: ";

std::optional<int> percent_of(std::string_view text) {
  const auto number = whole_number(text);
  if (!number || *number < 0 || *number > 100)
    return std::nullopt;
  return static_cast<int>(*number);
}

/// vzdump's ` 12% (4.9 GiB of 40.0 GiB) in 9s, …`: the line begins with it, as others of its lines
/// speak of percent too.
std::optional<int> percent_of_backup(std::string_view line) {
  const auto text = trimmed(line);
  const auto end = text.find_first_not_of("0123456789");
  if (end == std::string_view::npos || end == 0 || text[end] != '%')
    return std::nullopt;
  return percent_of(text.substr(0, end));
}

/// The whole number before the last `%` of a line that measures; `progress 12% (read …)` too.
std::optional<int> percent_in(std::string_view line) {
  if (const auto at = line.find(backup_mark); at != std::string_view::npos)
    return percent_of_backup(line.substr(at + backup_mark.size()));
  const auto sign = line.rfind('%');
  if (sign == std::string_view::npos ||
      std::ranges::none_of(measured, [&](std::string_view word) { return line.contains(word); }))
    return std::nullopt;
  const auto before = line.substr(0, sign);
  const auto last_other = before.find_last_not_of("0123456789.");
  return percent_of(before.substr(last_other == std::string_view::npos ? 0 : last_other + 1));
}

} // namespace

std::optional<progress> progress_reader::feed(std::string_view bytes) {
  rest_ += bytes;
  std::optional<progress> newest;
  for (auto end = rest_.find_first_of("\r\n"); end != std::string::npos;
       end = rest_.find_first_of("\r\n")) {
    if (auto news = news_of(std::string_view{rest_}.substr(0, end)))
      newest = std::move(news);
    rest_.erase(0, end + 1);
  }
  if (rest_.size() > longest_line)
    rest_.clear();
  return newest;
}

std::optional<progress> progress_reader::news_of(std::string_view line) {
  const auto text = trimmed(line);
  const auto percent = percent_in(text);
  if (percent ? percent == percent_ : is_noise(text))
    return std::nullopt;
  if (percent)
    percent_ = percent;
  return progress{percent_, capped(clean_text(text), longest_news)};
}

} // namespace cloudpods::ssh
