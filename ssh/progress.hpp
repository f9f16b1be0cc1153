#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cloudpods::ssh {

struct progress {
  std::optional<int> percent; ///< 0 to 100
  std::string message;        ///< the line, at most 200 characters

  friend bool operator==(const progress&, const progress&) = default;
};

/// Finds progress in output as it comes, in any pieces.
class progress_reader {
public:
  /// The newest news in `bytes`: a percentage that changed, or a line that says something.
  std::optional<progress> feed(std::string_view bytes);

private:
  std::optional<progress> news_of(std::string_view line);

  std::string rest_; ///< the line that has not ended yet
  std::optional<int> percent_;
};

} // namespace cloudpods::ssh
