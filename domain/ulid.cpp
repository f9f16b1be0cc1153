#include "domain/ulid.hpp"

#include <string_view>

namespace cloudpods::domain {

std::string ulid(instant at, std::uint64_t high, std::uint64_t low) {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  auto time = static_cast<std::uint64_t>(at.time_since_epoch().count());
  std::string text(26, '0');
  for (std::size_t i = 10; i-- > 0; time >>= 5U)
    text[i] = alphabet[time & 31U];
  high &= 0xffffU;
  for (std::size_t i = 26; i-- > 10;) {
    text[i] = alphabet[low & 31U];
    low = (low >> 5U) | (high << 59U);
    high >>= 5U;
  }
  return text;
}

} // namespace cloudpods::domain
