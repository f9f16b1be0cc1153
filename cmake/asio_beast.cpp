// The one translation unit that holds the bodies of Asio and Beast: they are compiled once.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
