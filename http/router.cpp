#include "http/router.hpp"

#include <algorithm>

#include "http/text.hpp"

namespace cloudpods::http {

namespace {

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  for_each_piece(path.substr(1), '/', [&](std::string_view each) { segments.push_back(each); });
  return segments;
}

bool fits(std::span<const std::string_view> pattern, std::span<const std::string_view> segments) {
  return std::ranges::equal(pattern, segments, [](auto expected, auto given) {
    return is_parameter(expected) ? !given.empty() : expected == given;
  });
}

path_parameters parameters_of(std::span<const std::string_view> pattern,
                              std::span<const std::string_view> segments) {
  path_parameters parameters;
  std::size_t count = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (is_parameter(pattern[i]))
      parameters[count++] = segments[i];
  return parameters;
}

} // namespace

bool is_internal(std::span<const std::string_view> segments) {
  if (!segments.empty() && segments.front() == "api")
    segments = segments.subspan(1);
  return !segments.empty() && segments.front() == "internal";
}

std::string_view name_of(verb method) {
  switch (method) {
  case verb::get:
    return "GET";
  case verb::head:
    return "HEAD";
  case verb::post:
    return "POST";
  case verb::put:
    return "PUT";
  case verb::del:
    return "DELETE";
  case verb::options:
    return "OPTIONS";
  case verb::other:
    break;
  }
  return "";
}

router::router(std::span<const route> table) {
  for (const auto& each : table)
    lines_.push_back(line{&each, split(each.path)});
  std::ranges::stable_sort(lines_, [](const line& left, const line& right) {
    return std::ranges::lexicographical_compare(left.segments, right.segments, {}, is_parameter,
                                                is_parameter);
  });
}

std::optional<match> router::find(verb method, std::span<const std::string_view> segments) const {
  const auto wanted = method == verb::head ? verb::get : method;
  if (is_internal(segments) && segments.front() == "api")
    segments = segments.subspan(1);
  const line* path = nullptr;
  for (const auto& each : lines_) {
    if (path != nullptr ? each.is->path != path->is->path : !fits(each.segments, segments))
      continue;
    path = &each;
    if (each.is->method == wanted)
      return match{each.is,
                   each.is->access == access::token,
                   each.is->access == access::scrapers,
                   parameters_of(each.segments, segments),
                   {}};
  }
  if (path == nullptr)
    return std::nullopt;
  return match{nullptr,
               path->is->access == access::token,
               path->is->access == access::scrapers,
               {},
               allowed(*path)};
}

std::string router::allowed(const line& path) const {
  std::string methods;
  for (const auto& each : lines_) {
    if (each.is->path != path.is->path)
      continue;
    methods.append(methods.empty() ? "" : ", ").append(name_of(each.is->method));
    if (each.is->method == verb::get)
      methods.append(", HEAD");
  }
  return methods;
}

} // namespace cloudpods::http
