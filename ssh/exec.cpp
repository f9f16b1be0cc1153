#include "ssh/exec.hpp"

namespace cloudpods::ssh {

void output_tail::append(std::string_view bytes) {
  total_ += bytes.size();
  if (bytes.size() >= limit_) {
    kept_.assign(bytes.substr(bytes.size() - limit_));
    return;
  }
  kept_ += bytes;
  if (kept_.size() > 2 * limit_)
    kept_.erase(0, kept_.size() - limit_);
}

std::string_view output_tail::text() const noexcept {
  const std::string_view kept{kept_};
  return kept.size() > limit_ ? kept.substr(kept.size() - limit_) : kept;
}

} // namespace cloudpods::ssh
