#include "http/key_set.hpp"

#include "wire/key_set_json.hpp"

namespace cloudpods::http {

namespace {

constexpr std::size_t longest_id = 256;

bool is_for_signatures(const wire::json_web_key& key) {
  return (key.use.empty() || key.use == "sig") && key.may_verify;
}

} // namespace

std::expected<key_set, std::vector<std::string>> key_set::from_json(std::string_view text) {
  const auto listed = wire::key_set_from_json(text);
  if (!listed)
    return std::unexpected(std::vector{listed.error()});
  key_set made;
  std::vector<std::string> faults;
  for (std::size_t i = 0; i < listed->size(); ++i)
    if (auto added = made.add((*listed)[i]); !added)
      faults.push_back("keys[" + std::to_string(i) + "] " + added.error());
  if (!faults.empty())
    return std::unexpected(std::move(faults));
  return made;
}

/// A secret that lies here is refused whatever it is for: whoever can read the set could sign.
std::expected<void, std::string> key_set::add(const wire::json_web_key& key) {
  if (key.holds_secret)
    return std::unexpected("is a private or symmetric key; only public keys belong here");
  if (!is_for_signatures(key))
    return {};
  if (key.id.empty() || key.id.size() > longest_id)
    return std::unexpected("has no kid of 1 to 256 characters");
  auto made = public_key::from(key);
  if (!made)
    return std::unexpected(std::move(made).error());
  if (!keys_.emplace(key.id, *std::move(made)).second)
    return std::unexpected("has the kid of another key");
  return {};
}

const public_key* key_set::find(std::string_view id) const {
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : &found->second;
}

} // namespace cloudpods::http
