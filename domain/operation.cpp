#include "domain/operation.hpp"

#include <algorithm>
#include <string_view>

namespace cloudpods::domain {

namespace {

constexpr std::string_view mark_prefix = "cloudpods/";

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

bool has_tag(std::string_view tags, std::string_view wanted) {
  while (!tags.empty()) {
    const auto end = tags.find_first_of(";, ");
    if (tags.substr(0, end) == wanted)
      return true;
    if (end == std::string_view::npos)
      break;
    tags.remove_prefix(end + 1);
  }
  return false;
}

} // namespace

std::string owner_mark::description() const {
  return std::string{mark_prefix} + controller.value + "/" + pod.value;
}

std::string owner_mark::tags() const { return "cloudpods;" + lower(pod.value); }

const listed_guest* guest_list::find(vmid guest) const {
  const auto found = std::ranges::find(guests, guest, &listed_guest::guest);
  return found == guests.end() ? nullptr : &*found;
}

ownership guest_facts::owner(const owner_mark& mark) const {
  const auto first_line = std::string_view{description}.substr(0, description.find('\n'));
  if (first_line == mark.description() || has_tag(tags, lower(mark.pod.value)))
    return ownership::ours;
  return first_line.starts_with(mark_prefix) || has_tag(tags, "cloudpods") ? ownership::anothers
                                                                           : ownership::none;
}

} // namespace cloudpods::domain
