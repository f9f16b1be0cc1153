#include "persistence/event_ids.hpp"

#include <string>
#include <string_view>

namespace cloudpods::persistence {

namespace {

constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// `letters` times five bits of `bits`, the highest first.
void append_base32(std::string& out, std::uint64_t bits, int letters) {
  for (int shift = (letters - 1) * 5; shift >= 0; shift -= 5)
    out.push_back(crockford[(bits >> shift) & 31]);
}

} // namespace

domain::event_id new_event_id(domain::instant at, const std::function<std::uint64_t()>& random) {
  std::string text = "evt-";
  append_base32(text, static_cast<std::uint64_t>(at.time_since_epoch().count()), 10);
  append_base32(text, random(), 8);
  append_base32(text, random(), 8);
  return domain::event_id{std::move(text)};
}

} // namespace cloudpods::persistence
