#include "ssh/node_connection.hpp"

#include <utility>

#include "ssh/connection_driver.hpp"

namespace cloudpods::ssh {

node_connection::node_connection(boost::asio::io_context& io, connection_settings settings,
                                 connection_observer& observer, std::function<double()> chance)
    : driver_(std::make_shared<driver>(io, std::move(settings), observer, std::move(chance))) {
  driver_->start();
}

node_connection::~node_connection() { driver_->abandon(); }

run_handle node_connection::run(exec_request request, on_output output, on_done done) {
  return driver_->run(std::move(request), std::move(output), std::move(done));
}

void node_connection::cancel(run_handle which) { driver_->cancel(which); }

void node_connection::close() { driver_->close(); }

bool node_connection::is_up() const noexcept { return driver_->is_serving(); }

std::size_t node_connection::load() const noexcept { return driver_->load(); }

} // namespace cloudpods::ssh
