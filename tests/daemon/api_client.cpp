#include "daemon/api_client.hpp"

#include <algorithm>
#include <stdexcept>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>

namespace cloudpods::tests {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;

boost::json::value api_answer::json() const { return boost::json::parse(text); }

api_answer api_client::send(const std::string& method, const std::string& path,
                            const std::string& body, const header_list& headers) const {
  boost::asio::io_context io;
  tcp::socket socket{io};
  socket.connect({boost::asio::ip::make_address("127.0.0.1"), port_});
  http::request<http::string_body> request;
  request.method_string(method);
  request.target(path);
  request.version(11);
  request.set(http::field::host, "127.0.0.1");
  if (!token_.empty())
    request.set(http::field::authorization, "Bearer " + token_);
  if (!body.empty())
    request.set(http::field::content_type, "application/json");
  for (const auto& [name, value] : headers)
    request.set(name, value);
  request.body() = body;
  if (!body.empty() || method == "POST")
    request.prepare_payload();
  http::write(socket, request);
  beast::flat_buffer buffer;
  http::response<http::string_body> response;
  http::read(socket, buffer, response);
  api_answer answer;
  answer.status = static_cast<int>(response.result_int());
  for (const auto& field : response) {
    std::string name{field.name_string()};
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    answer.headers[name] = std::string{field.value()};
  }
  answer.text = response.body();
  return answer;
}

api_answer api_client::get(const std::string& path, const header_list& headers) const {
  return send("GET", path, {}, headers);
}

api_answer api_client::post(const std::string& path, const std::string& body,
                            const header_list& headers) const {
  return send("POST", path, body, headers);
}

api_answer api_client::remove(const std::string& path, const header_list& headers) const {
  return send("DELETE", path, {}, headers);
}

boost::json::value api_client::wait_for_job(const std::string& job,
                                            std::chrono::seconds limit) const {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < until) {
    const auto answer = get("/api/cloud-pods/jobs/" + job + "?wait=5");
    if (answer.status != 200)
      throw std::runtime_error{"job " + job + ": " + answer.text};
    const auto state = answer.json();
    const auto status = state.at("status").as_string();
    if (status != "pending" && status != "running")
      return state;
  }
  throw std::runtime_error{"job " + job + " did not end"};
}

} // namespace cloudpods::tests
