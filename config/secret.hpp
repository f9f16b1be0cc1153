#pragma once

#include <cstddef>
#include <string>
#include <utility>

namespace cloudpods::config {

/// Text that nobody prints by accident: no stream, no format, no comparison. Only `reveal()` hands
/// it out, and that is easy to search for.
class secret {
public:
  secret() = default;
  explicit secret(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
  [[nodiscard]] const std::string& reveal() const noexcept { return text_; }

private:
  std::string text_;
};

} // namespace cloudpods::config
