#include <algorithm>
#include <array>

#include "domain/catalogue.hpp"
#include "ssh/answer.hpp"
#include "ssh/json_fields.hpp"
#include "ssh/node_text.hpp"

namespace cloudpods::ssh {

namespace {

constexpr std::array<std::string_view, 10> inner_interfaces{
    "lo", "docker", "br-", "veth", "virbr", "cni", "flannel", "lxcbr", "lxdbr", "podman"};

bool is_inner(std::string_view interface) {
  if (interface == "lo")
    return true;
  return std::ranges::any_of(inner_interfaces, [&](std::string_view beginning) {
    return beginning != "lo" && interface.starts_with(beginning);
  });
}

bool is_in(std::uint32_t address, std::uint32_t network, int prefix_length) {
  if (prefix_length <= 0 || prefix_length > 32)
    return false;
  const auto mask = ~std::uint32_t{0} << (32 - prefix_length);
  return (address & mask) == (network & mask);
}

bool is_usable(std::uint32_t address) {
  constexpr std::uint32_t loopback = 0x7f000000;
  constexpr std::uint32_t link_local = 0xa9fe0000;
  constexpr std::uint32_t multicast = 0xe0000000;
  return address != 0 && !is_in(address, loopback, 8) && !is_in(address, link_local, 16) &&
         address < multicast;
}

/// Chooses among what a guest has: the first in the network, or the first at all where none is
/// asked for.
class choice {
public:
  explicit choice(const domain::read_address& what) : what_(what) {}

  /// `text` may carry a prefix length.
  void offer(std::string_view text) {
    const auto number = domain::ipv4_from_text(trimmed(text.substr(0, text.find('/'))));
    if (!number || !is_usable(*number) || chosen_)
      return;
    if (what_.prefix_length == 0 || is_in(*number, what_.network, what_.prefix_length))
      chosen_ = domain::ipv4_text(*number);
  }

  [[nodiscard]] const std::optional<std::string>& address() const { return chosen_; }

private:
  const domain::read_address& what_;
  std::optional<std::string> chosen_;
};

void offer_all(simdjson::dom::element interface, choice& among) {
  simdjson::dom::array addresses;
  if (interface["ip-addresses"].get(addresses) == simdjson::SUCCESS)
    for (const auto each : addresses)
      if (const auto text = text_field(each, "ip-address"))
        among.offer(*text);
  if (const auto text = text_field(interface, "inet"))
    among.offer(*text);
}

} // namespace

parsed<domain::guest_address> parse_guest_address(const domain::read_address& what,
                                                  std::string_view out) {
  if (trimmed(out).empty())
    return domain::guest_address{};
  const auto json = json_part(out);
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (!json || parser.parse(*json).get(document) != simdjson::SUCCESS)
    return std::unexpected("the guest's interfaces are no JSON");
  if (document.is_object()) // through pvesh
    if (document["result"].get(document) != simdjson::SUCCESS)
      return std::unexpected("the guest's interfaces have no result");
  simdjson::dom::array interfaces;
  if (document.get(interfaces) != simdjson::SUCCESS)
    return std::unexpected("the guest's interfaces are no list");
  choice among{what};
  for (const auto each : interfaces)
    if (const auto name = text_field(each, "name"); name && !is_inner(*name))
      offer_all(each, among);
  return domain::guest_address{among.address()};
}

} // namespace cloudpods::ssh
