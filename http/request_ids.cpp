#include "http/request_ids.hpp"

#include <algorithm>
#include <span>

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include "http/text.hpp"

namespace cloudpods::http {

namespace {

namespace ip = boost::asio::ip;

bool share_prefix(std::span<const unsigned char> left, std::span<const unsigned char> right,
                  unsigned bits) {
  for (std::size_t i = 0; bits > 0; ++i) {
    const auto here = std::min(bits, 8U);
    const auto mask = static_cast<unsigned char>(0xff00U >> here);
    if (((left[i] ^ right[i]) & mask) != 0)
      return false;
    bits -= here;
  }
  return true;
}

/// An IPv4 peer of an IPv6 socket is an IPv4 peer.
ip::address plain(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

} // namespace

networks::networks(const std::vector<std::string>& list) {
  for (const auto& text : list)
    if (text.find(':') == std::string::npos) {
      const auto v4 = ip::make_network_v4(text);
      all_.push_back({v4.address(), v4.prefix_length()});
    } else {
      const auto v6 = ip::make_network_v6(text);
      all_.push_back({v6.address(), v6.prefix_length()});
    }
}

bool networks::hold(const ip::address& address) const {
  const auto peer = plain(address);
  return std::ranges::any_of(all_, [&](const network& each) {
    if (each.first.is_v4() != peer.is_v4())
      return false;
    if (peer.is_v4())
      return share_prefix(each.first.to_v4().to_bytes(), peer.to_v4().to_bytes(), each.bits);
    return share_prefix(each.first.to_v6().to_bytes(), peer.to_v6().to_bytes(), each.bits);
  });
}

request_ids::request_ids(const std::vector<std::string>& trusted_proxies)
    : trusted_(trusted_proxies) {
  std::random_device seed;
  std::seed_seq seeds{seed(), seed(), seed(), seed()};
  random_.seed(seeds);
}

std::string request_ids::name(const request& asked) {
  if (asked.request_id && is_visible(*asked.request_id, 128) && trusted_.hold(asked.peer))
    return std::string{*asked.request_id};
  constexpr std::string_view letters = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string made = "req-";
  for (int half = 0; half < 2; ++half) {
    auto bits = random_();
    for (int i = 0; i < 12; ++i, bits >>= 5)
      made.push_back(letters[bits & 31U]);
  }
  return made;
}

} // namespace cloudpods::http
