#include "http/stream_tickets.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <utility>

#include <openssl/rand.h>

#include "http/base64url.hpp"
#include "wire/command_json.hpp"

namespace cloudpods::http {

using domain::problem_code;

namespace {

constexpr std::chrono::seconds lifetime{30};
constexpr std::size_t random_bytes = 32;
constexpr std::size_t most_of_one = 100;
constexpr std::size_t most = 20'000;

/// Empty where there is no randomness to be had.
std::string random_text() {
  std::array<unsigned char, random_bytes> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    return {};
  return base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string holder_of(const caller& who) {
  return who.tenant ? "tenant " + who.tenant->value : "user " + who.user.value;
}

} // namespace

domain::expected<stream_ticket> stream_tickets::issue(std::shared_ptr<const caller> who,
                                                      domain::instant now) {
  stream_ticket made{random_text(), std::min(now + lifetime, who->expires)};
  if (made.text.empty())
    return domain::refused(problem_code::internal_error, "no ticket could be made");
  auto holder = holder_of(*who);
  const std::lock_guard guard(mutex_);
  forget_old(now);
  if (by_age_.size() >= most)
    return domain::refused(problem_code::overloaded, "too many tickets are unused");
  if (const auto held = held_.find(holder); held != held_.end() && held->second >= most_of_one)
    return domain::refused(problem_code::rate_limited,
                           "too many tickets of this tenant are unused");
  ++held_[holder];
  by_age_.push_back(
      {wire::sha256_hex(made.text), std::move(holder), std::move(who), now, made.expires});
  by_digest_[by_age_.back().digest] = std::prev(by_age_.end());
  return made;
}

std::shared_ptr<const caller> stream_tickets::redeem(std::string_view text, domain::instant now) {
  const auto digest = wire::sha256_hex(text);
  const std::lock_guard guard(mutex_);
  const auto found = by_digest_.find(digest);
  if (found == by_digest_.end())
    return nullptr;
  const auto which = found->second;
  auto who = now < which->expires ? which->who : nullptr;
  forget(which);
  return who;
}

void stream_tickets::forget(entries::iterator which) {
  if (const auto held = held_.find(which->holder); --held->second == 0)
    held_.erase(held);
  by_digest_.erase(which->digest);
  by_age_.erase(which);
}

void stream_tickets::forget_old(domain::instant now) {
  while (!by_age_.empty() && now >= by_age_.front().issued + lifetime)
    forget(by_age_.begin());
}

} // namespace cloudpods::http
