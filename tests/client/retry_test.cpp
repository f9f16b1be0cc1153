#include <boost/test/unit_test.hpp>

#include "client/retry.hpp"

using namespace cloudpods::client;
using namespace std::chrono_literals;

namespace {

using result = std::expected<http_response, lost_connection>;

const result lost = std::unexpected(lost_connection{"reset"});

} // namespace

BOOST_AUTO_TEST_SUITE(retries)

BOOST_AUTO_TEST_CASE(a_lost_answer_is_asked_for_again_with_growing_pauses) {
  BOOST_TEST((pause_before_retry({}, 1, lost) == 500ms));
  BOOST_TEST((pause_before_retry({}, 2, lost) == 1000ms));
  BOOST_TEST((pause_before_retry({}, 4, lost) == 4000ms));
  BOOST_TEST(!pause_before_retry({}, 5, lost).has_value());
}

BOOST_AUTO_TEST_CASE(pauses_have_an_upper_limit) {
  BOOST_TEST((pause_before_retry({.attempts = 1000}, 900, lost) == 30s));
}

BOOST_AUTO_TEST_CASE(only_overload_and_absence_are_repeated) {
  for (const int status : {200, 202, 400, 401, 403, 404, 409, 412, 422, 500, 502})
    BOOST_TEST(!pause_before_retry({}, 1, http_response{status, {}, {}}).has_value());
  for (const int status : {429, 503})
    BOOST_TEST(pause_before_retry({}, 1, http_response{status, {}, {}}).has_value());
}

BOOST_AUTO_TEST_CASE(the_server_s_word_on_the_pause_counts) {
  BOOST_TEST((pause_before_retry({}, 1, http_response{503, {}, 3s}) == 3s));
  BOOST_TEST((pause_before_retry({}, 1, http_response{429, {}, 0s}) == 0s));
}

BOOST_AUTO_TEST_CASE(a_pause_that_is_too_long_is_left_to_the_caller) {
  BOOST_TEST(!pause_before_retry({}, 1, http_response{503, {}, 3600s}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
