#include <random>
#include <string>

#include <boost/test/unit_test.hpp>

#include "http/base64url.hpp"

using namespace cloudpods;

BOOST_AUTO_TEST_SUITE(base64url_text)

BOOST_AUTO_TEST_CASE(what_is_encoded_comes_back) {
  std::mt19937 random{1};
  for (std::size_t size = 0; size < 100; ++size) {
    std::string bytes(size, '\0');
    for (auto& byte : bytes)
      byte = static_cast<char>(random());
    BOOST_TEST((http::from_base64url(http::base64url(bytes)) == bytes));
  }
}

BOOST_AUTO_TEST_CASE(known_texts_are_encoded_as_the_rfc_says) {
  BOOST_TEST(http::base64url("foobar") == "Zm9vYmFy");
  BOOST_TEST(http::base64url("foob") == "Zm9vYg");
  BOOST_TEST(http::base64url("\xff\xef\xfe") == "_-_-");
}

BOOST_AUTO_TEST_CASE(what_base64url_would_not_write_is_refused) {
  for (const auto* text : {"Zm9vYg==", "Zm9vY", "Zm9+", "Zm9/", "Zm 9", "Zm9vYh"})
    BOOST_TEST(!http::from_base64url(text), text);
}

BOOST_AUTO_TEST_SUITE_END()
