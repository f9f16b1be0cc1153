#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "http/request_reader.hpp"

using namespace cloudpods;
using http::request_reader;
using progress = request_reader::progress;

namespace {

struct reader_fixture {
  request_reader reader{http::reading_limits{1024, 32}};

  void give(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto space = reader.space();
      const auto count = std::min(space.size(), bytes.size());
      std::ranges::copy(bytes.substr(0, count), space.begin());
      reader.received(count);
      bytes.remove_prefix(count);
    }
  }

  progress read(std::string_view bytes) {
    give(bytes);
    return reader.resume();
  }

  domain::problem_code refusal_of(std::string_view bytes) {
    BOOST_TEST_REQUIRE((read(bytes) == progress::refused));
    return reader.refusal().code;
  }
};

constexpr std::string_view post = "POST /a/b?c=d HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\n"
                                  "Content-Length: 4\r\n\r\n{  }";
constexpr std::string_view chunked =
    "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    "\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nAuthorization: no\r\n\r\n";

} // namespace

BOOST_FIXTURE_TEST_SUITE(reading_requests, reader_fixture)

BOOST_AUTO_TEST_CASE(a_request_is_read_with_the_headers_that_matter) {
  BOOST_TEST_REQUIRE((read(post) == progress::complete));
  const auto& message = reader.message();
  BOOST_TEST((message.method == http::verb::post));
  BOOST_TEST(message.target == "/a/b?c=d");
  BOOST_TEST(message.body == "{  }");
  BOOST_TEST(message.authorization.value() == "Bearer t");
  BOOST_TEST(!message.if_match);
  BOOST_TEST(reader.keep_alive());
}

BOOST_AUTO_TEST_CASE(a_request_that_comes_byte_by_byte_is_the_same) {
  for (const auto whole : {post, chunked}) {
    for (const char byte : whole.substr(0, whole.size() - 1))
      BOOST_TEST_REQUIRE((read({&byte, 1}) == progress::need_more));
    BOOST_TEST_REQUIRE((read(whole.substr(whole.size() - 1)) == progress::complete));
    BOOST_TEST(reader.message().body == (whole == post ? "{  }" : "abcde"));
    reader.next();
  }
}

BOOST_AUTO_TEST_CASE(a_trailer_is_no_header) {
  BOOST_TEST_REQUIRE((read(chunked) == progress::complete));
  BOOST_TEST(!reader.message().authorization);
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_read_one_after_the_other) {
  give(std::string{post} + std::string{chunked} + "GET /last HTTP/1.1\r\nHost: x\r\n\r\n");
  for (const auto* target : {"/a/b?c=d", "/a", "/last"}) {
    BOOST_TEST_REQUIRE((reader.resume() == progress::complete));
    BOOST_TEST(reader.message().target == target);
    reader.next();
  }
  BOOST_TEST((reader.resume() == progress::need_more));
  BOOST_TEST(!reader.has_begun());
}

BOOST_AUTO_TEST_CASE(empty_lines_before_a_request_are_passed_over) {
  BOOST_TEST((read("\r\n\r\n" + std::string{post}) == progress::complete));
}

BOOST_AUTO_TEST_CASE(a_large_header_is_refused_before_it_ends) {
  BOOST_TEST((refusal_of("GET / HTTP/1.1\r\nX: " + std::string(1100, 'x')) ==
              domain::problem_code::headers_too_large));
}

BOOST_AUTO_TEST_CASE(a_large_body_is_refused_before_it_comes) {
  BOOST_TEST((refusal_of("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 33\r\n\r\n") ==
              domain::problem_code::payload_too_large));
}

BOOST_AUTO_TEST_CASE(a_large_chunked_body_is_refused_while_it_comes) {
  BOOST_TEST(
      (refusal_of("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "10\r\n0123456789abcdef\r\n20\r\n") == domain::problem_code::payload_too_large));
}

BOOST_AUTO_TEST_CASE(an_endless_chunk_extension_is_refused) {
  BOOST_TEST((read("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;") ==
              progress::need_more));
  BOOST_TEST((read(std::string(5000, 'x')) == progress::refused));
}

BOOST_AUTO_TEST_CASE(what_is_not_http_is_refused) {
  const std::vector<std::string> nonsense{
      "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
      "GET /\r\n\r\n",
      "GET / HTTP/1.1\nHost: x\n\n",
      "G@T / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nA: \x01\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1,1\r\n\r\n"};
  for (const auto& bytes : nonsense) {
    reader_fixture fresh;
    BOOST_TEST_CONTEXT(bytes)
    BOOST_TEST((fresh.refusal_of(bytes) == domain::problem_code::bad_request));
  }
}

BOOST_AUTO_TEST_CASE(a_header_that_comes_twice_is_named) {
  BOOST_TEST((read("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nauthorization: b\r\n\r\n") ==
              progress::complete));
  BOOST_TEST(reader.message().repeated == "authorization");
}

BOOST_AUTO_TEST_CASE(who_expects_continue_is_told_once) {
  BOOST_TEST((read("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
                   "\r\n") == progress::need_more));
  BOOST_TEST(reader.must_say_continue());
  BOOST_TEST(!reader.must_say_continue());
  BOOST_TEST((read("{}") == progress::complete));
}

BOOST_AUTO_TEST_CASE(http_1_0_and_connection_close_end_the_connection) {
  BOOST_TEST((read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") == progress::complete));
  BOOST_TEST(!reader.keep_alive());
  reader.next();
  BOOST_TEST(
      (read("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") == progress::complete));
  BOOST_TEST(!reader.keep_alive());
}

BOOST_AUTO_TEST_SUITE_END()
