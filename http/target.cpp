#include "http/target.hpp"

#include <boost/url/encoding_opts.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/pct_string_view.hpp>

namespace cloudpods::http {

namespace urls = boost::urls;

namespace {

std::string_view plain(boost::core::string_view text) { return {text.data(), text.size()}; }

} // namespace

std::optional<target> target::parse(std::string_view text) {
  const auto parsed =
      text.starts_with('/') ? urls::parse_origin_form(text) : urls::parse_absolute_uri(text);
  if (!parsed || (parsed->has_scheme() && !parsed->has_authority()))
    return std::nullopt;
  target made;
  const auto query =
      parsed->has_query() ? std::optional{plain(parsed->encoded_query())} : std::nullopt;
  if (!made.read(plain(parsed->encoded_path()), query))
    return std::nullopt;
  return made;
}

bool target::read(std::string_view path, std::optional<std::string_view> query) {
  if (path.starts_with('/'))
    path.remove_prefix(1);
  while (!path.empty()) {
    const auto end = path.find('/');
    if (!add_segment(path.substr(0, end)))
      return false;
    path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
  }
  while (query && !query->empty()) {
    const auto end = query->find('&');
    if (!add_parameter(query->substr(0, end)))
      return false;
    query->remove_prefix(end == std::string_view::npos ? query->size() : end + 1);
  }
  return true;
}

bool target::add_segment(std::string_view encoded) {
  const auto text = decoded(encoded, false);
  if (!text)
    return false;
  if (count_ == most_segments) // too deep for any route: one that none can match
    segments_[count_ - 1] = "";
  else
    segments_[count_++] = *text;
  return true;
}

bool target::add_parameter(std::string_view encoded) {
  const auto equals = encoded.find('=');
  const auto name = decoded(encoded.substr(0, equals), true);
  const auto value = equals == std::string_view::npos ? std::optional{std::string_view{}}
                                                      : decoded(encoded.substr(equals + 1), true);
  if (!name || !value)
    return false;
  query_.emplace_back(*name, *value);
  return true;
}

std::optional<std::string_view> target::decoded(std::string_view encoded, bool plus_is_blank) {
  if (encoded.find_first_of("%+") == std::string_view::npos)
    return encoded;
  const auto text = urls::make_pct_string_view(encoded);
  if (!text)
    return std::nullopt;
  urls::encoding_opts options;
  options.space_as_plus = plus_is_blank;
  texts_.push_front(text->decode(options));
  return texts_.front();
}

std::optional<std::string_view> target::parameter(std::string_view name) const {
  for (const auto& [key, value] : query_)
    if (key == name)
      return value;
  return std::nullopt;
}

std::vector<std::string_view> target::parameters(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : query_)
    if (key == name)
      values.push_back(value);
  return values;
}

} // namespace cloudpods::http
