#include "figures.hpp"

#include <array>
#include <cstdio>

namespace cloudpods::bench {

std::string text(double value, int decimals) {
  std::array<char, 64> digits{};
  std::snprintf(digits.data(), digits.size(), "%.*f", decimals, value);
  std::string out{digits.data()};
  const auto whole = out.find('.') == std::string::npos ? out.size() : out.find('.');
  for (auto at = whole; at > 3; at -= 3)
    out.insert(at - 3, ",");
  return out;
}

std::string markdown(const figures& rows) {
  std::string out = "| what | ours | floor, same run | ratio | bar |\n|---|---|---|---|---|\n";
  for (const auto& each : rows)
    out += "| " + each.what + " | " + each.ours + " | " + each.floor + " | " + each.ratio + " | " +
           each.bar + " |\n";
  return out;
}

} // namespace cloudpods::bench
