#pragma once

#include <array>
#include <cstddef>
#include <forward_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloudpods::http {

/// A request's target, taken apart and percent-decoded. Views into the target where nothing had
/// to be decoded, so it lives no longer than that.
class target {
public:
  static constexpr std::size_t most_segments = 8;

  /// Nothing where `text` is no origin-form (or absolute-form) of RFC 9112, 3.2.
  static std::optional<target> parse(std::string_view text);

  /// What stands between the slashes; a slash at the end counts as none. More than
  /// `most_segments` are none: no route is that deep.
  [[nodiscard]] std::span<const std::string_view> segments() const {
    return std::span{segments_}.first(count_);
  }
  /// The first value of a parameter of the query, or nothing.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> parameters(std::string_view name) const;

private:
  bool read(std::string_view path, std::optional<std::string_view> query);
  bool add_segment(std::string_view encoded);
  bool add_parameter(std::string_view encoded);
  std::optional<std::string_view> decoded(std::string_view encoded, bool plus_is_blank);

  std::array<std::string_view, most_segments> segments_;
  std::size_t count_ = 0;
  std::vector<std::pair<std::string_view, std::string_view>> query_;
  std::forward_list<std::string> texts_; ///< what had to be decoded
};

} // namespace cloudpods::http
