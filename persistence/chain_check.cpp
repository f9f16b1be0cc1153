#include "persistence/chain_check.hpp"

#include <charconv>
#include <utility>

namespace cloudpods::persistence {

namespace {

// Places in `event_fields`.
constexpr std::size_t seq_place = 0;
constexpr std::size_t stream_place = 2;
constexpr std::size_t stream_version_place = 3;
constexpr std::size_t tenant_place = 4;
constexpr std::size_t tenant_seq_place = 5;
constexpr std::size_t time_place = 16;

std::int64_t number(const std::optional<std::string_view>& digits) {
  std::int64_t value = 0;
  if (digits)
    std::from_chars(digits->data(), digits->data() + digits->size(), value);
  return value;
}

std::string wrong_number(std::int64_t seq, std::string_view what, std::string_view of,
                         std::int64_t found, std::int64_t wanted) {
  return "event " + std::to_string(seq) + ": " + std::string{what} + " of " + std::string{of} +
         " is " + std::to_string(found) + " instead of " + std::to_string(wanted);
}

} // namespace

chain_check::chain_check(std::int64_t seq, std::string hash, chain_scope scope)
    : seq_(seq), hash_(std::move(hash)), scope_(scope) {}

std::optional<std::string> chain_check::see(const event_fields& fields,
                                            std::string_view stored_hash) {
  const auto wanted = seq_ + 1;
  const auto found = number(fields[seq_place]);
  if (found != wanted)
    return "event " + std::to_string(wanted) + " is missing: " + std::to_string(found) + " follows";
  seq_ = found;
  hash_ = chain_.next(hash_, fields);
  if (hash_ != stored_hash)
    return "event " + std::to_string(seq_) + ": its hash does not fit it and what is before it";
  const auto at = number(fields[time_place]);
  if (at < microseconds_)
    return "event " + std::to_string(seq_) + ": it is older than the one before";
  microseconds_ = at;
  return scope_ == chain_scope::all_numbers ? check_numbers(fields) : std::nullopt;
}

std::optional<std::string> chain_check::check_numbers(const event_fields& fields) {
  const std::string stream{fields[stream_place].value_or("")};
  const auto version = ++streams_[stream];
  if (number(fields[stream_version_place]) != version)
    return wrong_number(seq_, "stream_version", stream, number(fields[stream_version_place]),
                        version);
  if (!fields[tenant_place])
    return std::nullopt;
  const std::string tenant{*fields[tenant_place]};
  const auto tenant_seq = ++tenants_[tenant];
  if (number(fields[tenant_seq_place]) != tenant_seq)
    return wrong_number(seq_, "tenant_seq", tenant, number(fields[tenant_seq_place]), tenant_seq);
  return std::nullopt;
}

} // namespace cloudpods::persistence
