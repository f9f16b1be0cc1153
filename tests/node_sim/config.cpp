#include "node_sim/config.hpp"

#include "node_sim/node.hpp"
#include "node_sim/system.hpp"

#include <algorithm>
#include <cstdio>

namespace cloudpods::node_sim {

namespace {

[[noreturn]] void refuse(std::string_view key, std::string_view reason) {
  throw failure{cat("400 Parameter verification failed.\n", key, ": ", reason)};
}

std::string normal_value(const guest& guest, const std::string& key, const std::string& value) {
  if (key == "description")
    return encode_description(value);
  if (key == "tags")
    return normal_tags(value);
  if (key.starts_with("net"))
    return normal_network(guest, key, value);
  return value;
}

} // namespace

std::string config_digest(const guest& guest) {
  std::uint64_t hash = 14695981039346656037ull;
  std::string digest;
  for (const auto c : print_key_values(guest.config) + print_key_values(guest.pending))
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  while (digest.size() < 40) {
    char part[20];
    std::snprintf(part, sizeof part, "%016llx", static_cast<unsigned long long>(hash));
    digest += part;
    hash *= 1099511628211ull;
  }
  return digest.substr(0, 40);
}

void check_digest(const guest& guest, const arguments& given) {
  if (const auto digest = given.find("digest"); digest && *digest != config_digest(guest))
    throw failure{"detected modified configuration - file changed by other user? Try again."};
}

std::string normal_network(const guest& guest, const std::string& key, const std::string& value) {
  auto parts = split(value, ',');
  std::string bridge;
  for (const auto& part : parts)
    if (part.starts_with("bridge="))
      bridge = part.substr(7);
  const auto bridges = words(setting("bridges", "vmbr0 vmbr1"));
  if (!bridge.empty() && std::find(bridges.begin(), bridges.end(), bridge) == bridges.end())
    throw failure{cat("bridge '", bridge, "' does not exist")};
  if (guest.kind == guest_kind::vm) {
    const auto models = words("virtio e1000 e1000e rtl8139 vmxnet3");
    const auto model = parts[0].substr(0, parts[0].find('='));
    if (std::find(models.begin(), models.end(), model) == models.end())
      refuse(key, cat("invalid format - format error\n", key,
                      ".model: property is missing and it is not optional"));
    if (parts[0] == model)
      parts[0] = cat(model, "=", new_mac());
  } else if (value.find("hwaddr=") == value.npos) {
    parts.push_back(cat("hwaddr=", new_mac()));
  }
  return join(parts, ",");
}

void change_config(guest& guest, const key_values& changes, bool running,
                   bool (*waits)(const std::string& key)) {
  for (const auto& [key, value] : changes) {
    const auto normal = normal_value(guest, key, value);
    guest.pending.erase(key);
    if (!running || !waits(key))
      guest.config[key] = normal;
    else if (guest.value(key) != normal)
      guest.pending[key] = normal;
  }
}

void remove_keys(guest& guest, const arguments& given, bool running,
                 bool (*waits)(const std::string& key)) {
  for (const auto& key : split(given.text("revert"), ','))
    guest.pending.erase(key);
  auto keys = given.text("delete");
  std::replace_if(
      keys.begin(), keys.end(), [](char c) { return c == ',' || c == ';'; }, ' ');
  for (const auto& key : words(keys)) {
    if (given.has(key))
      refuse(key, cat("unable to set and delete option '", key, "' at the same time"));
    if (!guest.has(key) && !guest.pending.contains(key))
      err(cat("cannot delete '", key, "' - not set in current configuration!\n"));
    else if (running && waits(key))
      guest.pending[key] = "";
    else
      guest.config.erase(key);
  }
}

void apply_pending(guest& guest) {
  for (const auto& [key, value] : guest.pending)
    if (value.empty())
      guest.config.erase(key);
    else
      guest.config[key] = value;
  guest.pending.clear();
}

key_values shown_config(const guest& guest, bool current) {
  auto shown = guest;
  if (!current)
    apply_pending(shown);
  if (shown.has("cipassword"))
    shown.config["cipassword"] = "**********";
  return shown.config;
}

int print_config(const arguments& given, guest_kind kind) {
  const auto guest = load_guest(given.vmid(), kind);
  if (const auto name = given.find("snapshot")) {
    const auto found = guest.snapshots.find(*name);
    if (found == guest.snapshots.end())
      throw failure{cat("snapshot '", *name, "' does not exist")};
    out(print_key_values(found->second));
  } else {
    out(print_key_values(shown_config(guest, given.flag("current"))));
  }
  return 0;
}

int print_pending(const arguments& given, guest_kind kind) {
  const auto guest = load_guest(given.vmid(), kind);
  auto keys = guest.config;
  keys.insert(guest.pending.begin(), guest.pending.end());
  for (const auto& [key, ignored] : keys) {
    const auto change = guest.pending.find(key);
    const bool changes = change != guest.pending.end();
    if (guest.has(key))
      out(cat(changes && change->second.empty() ? "del " : "cur ", key, ": ", guest.value(key),
              "\n"));
    if (changes && !change->second.empty())
      out(cat("new ", key, ": ", change->second, "\n"));
  }
  return 0;
}

} // namespace cloudpods::node_sim
