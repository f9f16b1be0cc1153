#define BOOST_TEST_MODULE cloudpods
#include <boost/test/unit_test.hpp>
