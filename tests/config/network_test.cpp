#include <boost/test/unit_test.hpp>

#include "config/network.hpp"

using namespace cloudpods::config;

BOOST_AUTO_TEST_SUITE(networks)

BOOST_AUTO_TEST_CASE(a_network_contains_its_addresses_and_no_others) {
  const auto private_net = network_from_text("10.1.10.0/24").value();
  BOOST_TEST(private_net.contains("10.1.10.0"));
  BOOST_TEST(private_net.contains("10.1.10.255"));
  BOOST_TEST(!private_net.contains("10.1.11.0"));
  BOOST_TEST(!private_net.contains("not an address"));
  BOOST_TEST(network_from_text("::1/128").value().contains("::1"));
  BOOST_TEST(!network_from_text("::1/128").value().contains("::2"));
  BOOST_TEST(network_from_text("0.0.0.0/0").value().contains("203.0.113.7"));
}

BOOST_AUTO_TEST_CASE(a_mapped_address_is_the_ipv4_address_it_holds) {
  BOOST_TEST(network_from_text("127.0.0.0/8").value().contains("::ffff:127.0.0.1"));
}

BOOST_AUTO_TEST_CASE(an_ipv4_network_contains_no_ipv6_address) {
  BOOST_TEST(!network_from_text("0.0.0.0/0").value().contains("2001:db8::1"));
}

BOOST_AUTO_TEST_CASE(what_is_no_network_is_refused) {
  for (const auto* text : {"", "/", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129",
                           "10.0.0.0/8 ", "10.0.0.1/8", "a/8", "10.0.0.0/+8"})
    BOOST_TEST(!network_from_text(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(an_endpoint_is_an_address_and_a_port) {
  BOOST_TEST((endpoint_from_text("127.0.0.1:0") == endpoint{"127.0.0.1", 0}));
  BOOST_TEST((endpoint_from_text("[::]:8080") == endpoint{"::", 8080}));
  for (const auto* text : {"", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:80",
                           "[127.0.0.1]:80", "host:80", "127.0.0.1:80x"})
    BOOST_TEST(!endpoint_from_text(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
