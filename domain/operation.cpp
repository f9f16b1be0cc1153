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

std::vector<std::string_view> words_of(std::string_view tags) {
  std::vector<std::string_view> found;
  while (!tags.empty()) {
    const auto end = std::min(tags.find_first_of(";, "), tags.size());
    if (end > 0)
      found.push_back(tags.substr(0, end));
    tags.remove_prefix(std::min(end + 1, tags.size()));
  }
  return found;
}

/// A tag that only a mark has.
bool is_marks(std::string_view tag) { return tag == "cloudpods" || tag.starts_with("pod-"); }

std::string_view first_line_of(std::string_view text) { return text.substr(0, text.find('\n')); }

} // namespace

bool has_tag(std::string_view tags, std::string_view wanted) {
  const auto all = words_of(tags);
  return std::ranges::find(all, wanted) != all.end();
}

std::string tag_of(const pod_id& pod) { return lower(pod.value); }

std::string owner_mark::description() const {
  return std::string{mark_prefix} + controller.value + "/" + pod.value;
}

std::string owner_mark::tags() const { return "cloudpods;" + lower(pod.value); }

const listed_guest* guest_list::find(vmid guest) const {
  const auto found = std::ranges::find(guests, guest, &listed_guest::guest);
  return found == guests.end() ? nullptr : &*found;
}

ownership guest_facts::owner(const owner_mark& mark) const {
  const auto first_line = first_line_of(description);
  if (first_line == mark.description() || has_tag(tags, lower(mark.pod.value)))
    return ownership::ours;
  return first_line.starts_with(mark_prefix) || has_tag(tags, "cloudpods") ? ownership::anothers
                                                                           : ownership::none;
}

std::optional<std::string> guest_facts::marked_controller() const {
  auto mark = first_line_of(description);
  if (!mark.starts_with(mark_prefix))
    return std::nullopt;
  mark.remove_prefix(mark_prefix.size());
  return std::string{mark.substr(0, mark.find('/'))};
}

std::optional<std::string> guest_facts::marked_pod() const {
  const auto mark = first_line_of(description);
  if (mark.starts_with(mark_prefix) && mark.rfind('/') >= mark_prefix.size())
    return std::string{mark.substr(mark.rfind('/') + 1)};
  if (has_tag(tags, "cloudpods"))
    for (const auto each : words_of(tags))
      if (each.starts_with("pod-"))
        return std::string{each};
  return std::nullopt;
}

std::string guest_facts::notes() const {
  const auto mark = first_line_of(description);
  if (!mark.starts_with(mark_prefix))
    return description;
  return description.substr(std::min(mark.size() + 1, description.size()));
}

std::string guest_facts::other_tags() const {
  std::string kept;
  for (const auto each : words_of(tags))
    if (!is_marks(each))
      kept += (kept.empty() ? "" : ";") + std::string{each};
  return kept;
}

} // namespace cloudpods::domain
