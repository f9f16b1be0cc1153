find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED CONFIG COMPONENTS json url unit_test_framework)
find_package(CAF REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(simdjson 3.0 REQUIRED CONFIG)
find_package(fmt REQUIRED CONFIG)
find_package(spdlog REQUIRED CONFIG)
find_package(tomlplusplus REQUIRED CONFIG)
find_package(CLI11 REQUIRED CONFIG)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(libssh2 REQUIRED IMPORTED_TARGET libssh2)
pkg_check_modules(libsystemd REQUIRED IMPORTED_TARGET libsystemd)

# Asio and Beast, compiled once and with one configuration for all: whoever links this sees their
# declarations only. Object files that disagree about it crash.
add_library(cloudpods_asio STATIC "${CMAKE_SOURCE_DIR}/cmake/asio_beast.cpp")
target_compile_definitions(cloudpods_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(cloudpods_asio PUBLIC Boost::headers Threads::Threads)
