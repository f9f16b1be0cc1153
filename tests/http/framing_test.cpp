#include <string>

#include <boost/test/unit_test.hpp>

#include "http/framing.hpp"

using cloudpods::http::framing_fault;

namespace {

std::string head(const std::string& headers, const std::string& version = "HTTP/1.1") {
  return "POST /x " + version + "\r\n" + headers + "\r\n";
}

bool sound(const std::string& headers, const std::string& version = "HTTP/1.1") {
  return !framing_fault(head(headers, version));
}

} // namespace

BOOST_AUTO_TEST_SUITE(framing)

BOOST_AUTO_TEST_CASE(one_host_is_what_a_request_on_1_1_has) {
  BOOST_TEST(sound("Host: a\r\n"));
  BOOST_TEST(!sound(""));
  BOOST_TEST(!sound("Host: a\r\nHost: a\r\n"));
  BOOST_TEST(!sound("Host: a\r\nhOST: b\r\n"));
}

BOOST_AUTO_TEST_CASE(http_1_0_needs_no_host_but_has_at_most_one) {
  BOOST_TEST(sound("", "HTTP/1.0"));
  BOOST_TEST(!sound("Host: a\r\nHost: a\r\n", "HTTP/1.0"));
}

BOOST_AUTO_TEST_CASE(a_folded_line_is_refused) {
  BOOST_TEST(!sound("Host: a\r\nX-Long: one\r\n two\r\n"));
  BOOST_TEST(!sound("Host: a\r\nX-Long: one\r\n\ttwo\r\n"));
  BOOST_TEST(!sound(" Host: a\r\n"));
}

BOOST_AUTO_TEST_CASE(a_blank_before_the_colon_is_refused) {
  BOOST_TEST(!sound("Host: a\r\nTransfer-Encoding : chunked\r\n"));
  BOOST_TEST(!sound("Host : a\r\n"));
}

BOOST_AUTO_TEST_CASE(a_line_without_a_name_is_refused) {
  BOOST_TEST(!sound("Host: a\r\n: b\r\n"));
  BOOST_TEST(!sound("Host: a\r\nnonsense\r\n"));
}

BOOST_AUTO_TEST_CASE(only_chunked_is_a_transfer_encoding_and_only_on_1_1) {
  BOOST_TEST(sound("Host: a\r\nTransfer-Encoding: chunked\r\n"));
  BOOST_TEST(sound("Host: a\r\nTransfer-Encoding:  Chunked \r\n"));
  BOOST_TEST(!sound("Host: a\r\nTransfer-Encoding: gzip, chunked\r\n"));
  BOOST_TEST(!sound("Host: a\r\nTransfer-Encoding: identity\r\n"));
  BOOST_TEST(!sound("Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"));
  BOOST_TEST(!sound("Host: a\r\nTransfer-Encoding: chunked\r\n", "HTTP/1.0"));
}

BOOST_AUTO_TEST_CASE(one_length_and_not_beside_a_transfer_encoding) {
  BOOST_TEST(sound("Host: a\r\nContent-Length: 2\r\n"));
  BOOST_TEST(!sound("Host: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n"));
  BOOST_TEST(!sound("Host: a\r\nContent-Length: 2,2\r\n"));
  BOOST_TEST(!sound("Host: a\r\nContent-Length: +2\r\n"));
  BOOST_TEST(!sound("Host: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()
