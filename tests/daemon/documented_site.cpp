#include "daemon/documented_site.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

namespace cloudpods::tests {

namespace {

std::string path_of(const std::string& operation) {
  return operation.substr(operation.find(' ') + 1);
}

std::string filled(std::string path, const words& values) {
  for (const auto& each : values) {
    const auto from = path.find('{');
    path.replace(from, path.find('}') - from + 1, each);
  }
  return path;
}

void sell_plans(installation& here) {
  here.set("[tenant_plans]", "id = \"cloud-basic\"\nslug = \"cloud-basic\"\n"
                             "name = \"Cloud Basic\"\nmax_pods = 5\nmax_cpu_cores = 10\n"
                             "max_memory_mb = 20480\nmax_disk_gb = 500");
}

} // namespace

bool is_platforms(const std::string& path) {
  return path.starts_with("/internal/") || path.starts_with("/api/internal/");
}

documented_site::documented_site() : chaos_site(sell_plans) {
  start();
  document.emplace(client().get("/openapi.json").json());
}

boost::json::value documented_site::ask(int status, const std::string& operation,
                                        const words& values, const std::string& body,
                                        const std::string& query, const std::string& by) {
  const auto answer = client(by).send(operation.substr(0, operation.find(' ')),
                                      filled(path_of(operation), values) + query, body, {});
  BOOST_TEST(answer.status == status, operation << ": " << answer.text);
  const auto faults = document->faults_of(operation, answer);
  BOOST_TEST(faults == "", operation << ": " << faults << answer.text);
  if (answer.status < 300)
    answered.insert(operation);
  return api_document::content_of(answer);
}

void documented_site::check_all_answered(
    const std::function<bool(const std::string&)>& is_of_family) {
  auto left = document->operations();
  for (const auto& each : answered)
    left.erase(each);
  left.erase("GET /api/cloud-pods/events/stream");
  left.erase("GET /api/cloud-pods/events/sse");
  for (const auto& each : left)
    if (is_of_family(path_of(each)))
      BOOST_ERROR("nothing here asks for " << each);
}

} // namespace cloudpods::tests
