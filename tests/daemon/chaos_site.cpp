#include "daemon/chaos_site.hpp"

#include <stdexcept>

#include <boost/system/system_error.hpp>
#include <poll.h>

namespace cloudpods::tests {

namespace {

using clock = std::chrono::steady_clock;

/// Between two tries of a caller who was not answered.
constexpr int try_again_ms = 20;

bool is_for_now(const api_answer& answer) { return answer.status == 503 || answer.status == 429; }

} // namespace

std::string text_of(const boost::json::value& from, const char* name) {
  return std::string{from.at(name).as_string()};
}

accepted_work work_of(const api_answer& answer) {
  if (answer.status != 202)
    throw std::runtime_error{"not accepted: " + answer.text};
  const auto said = answer.json();
  return {text_of(said.at("pod"), "id"), text_of(said.at("job"), "id"),
          static_cast<int>(said.at("pod").at("vmid").as_int64())};
}

chaos_site::chaos_site(const std::function<void(installation&)>& prepare) {
  if (prepare)
    prepare(here_);
}

void chaos_site::start() {
  daemon_.emplace(here_, "daemon-" + std::to_string(++started_));
  daemon_->await_serving();
  port_ = daemon_->port();
  if (!store_)
    store_ = std::make_unique<database_watch>(here_.dsn());
}

std::unique_ptr<running_daemon> chaos_site::start_standby() {
  auto made = std::make_unique<running_daemon>(here_, "standby-" + std::to_string(++started_));
  made->await_listening();
  if (!made->await_log("\"standby"))
    throw std::runtime_error{"it does not stand by: " + made->log()};
  return made;
}

void chaos_site::kill() { daemon_->kill(); }

const std::string& chaos_site::token_of(const std::string& tenant) {
  const std::lock_guard lock{mutex_};
  auto& token = tokens_[tenant];
  if (token.empty())
    token = tenant.empty() ? here_.token({}, {}, "platform:admin") : here_.token(tenant);
  return token;
}

api_client chaos_site::client(const std::string& tenant) { return {port_, token_of(tenant)}; }

api_answer chaos_site::insist(const std::string& tenant, const std::string& path,
                              const std::string& body, const std::string& key,
                              std::chrono::seconds limit, const std::string& method) {
  const auto until = clock::now() + limit;
  std::string last = "nobody listens";
  while (clock::now() < until) {
    try {
      const auto answer = client(tenant).send(method, path, body, {{"Idempotency-Key", key}});
      if (!is_for_now(answer))
        return answer;
      last = answer.text;
    } catch (const boost::system::system_error& gone) {
      last = gone.what();
    }
    ::poll(nullptr, 0, try_again_ms);
  }
  throw std::runtime_error{path + " was not answered: " + last};
}

accepted_work chaos_site::order(const std::string& name, const std::string& blueprint,
                                const std::string& tenant) {
  return work_of(insist(tenant, "/api/cloud-pods/order",
                        R"({"planCode":"starter","blueprint":")" + blueprint + R"(","name":")" +
                            name + R"("})",
                        "order-" + name));
}

accepted_work chaos_site::destroy(const std::string& pod, const std::string& tenant) {
  return work_of(insist(tenant, "/api/cloud-pods/" + pod + "/destroy", "", "destroy-" + pod));
}

std::string chaos_site::end_of(const std::string& job, const std::string& tenant,
                               std::chrono::seconds limit) {
  const auto until = clock::now() + limit;
  while (clock::now() < until) {
    try {
      const auto answer = client(tenant).get("/api/cloud-pods/jobs/" + job + "?wait=5");
      if (answer.status == 200) {
        const auto status = text_of(answer.json(), "status");
        if (status != "pending" && status != "running")
          return status;
        continue;
      }
      if (!is_for_now(answer))
        throw std::runtime_error{"job " + job + ": " + answer.text};
    } catch (const boost::system::system_error&) {
      // The daemon went away under the question.
    }
    ::poll(nullptr, 0, try_again_ms);
  }
  return {};
}

std::string chaos_site::status_of(const std::string& pod) {
  return store_->value("SELECT status FROM cloud_pods WHERE id = '" + pod + "'");
}

boost::json::value chaos_site::pod(const std::string& pod, const std::string& tenant) {
  const auto answer = client(tenant).get("/api/cloud-pods/" + pod);
  if (answer.status != 200)
    throw std::runtime_error{pod + ": " + answer.text};
  return answer.json();
}

} // namespace cloudpods::tests
