#include <array>
#include <cmath>

#include "client/commands.hpp"
#include "client/document_text.hpp"
#include "client/table.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

/// `1.49`, also where the API says 1.5 or 3.
std::string price_text(const json::value& plan) {
  const auto& price = member(plan, "priceMonthly");
  if (!price.is_number())
    return text_of(price);
  const auto cents = std::llround(price.to_number<double>() * 100);
  const auto rest = std::to_string(cents % 100);
  return std::to_string(cents / 100) + '.' + (rest.size() < 2 ? "0" : "") + rest;
}

std::string memory_at(const json::value& plan, std::string_view name) {
  const auto number = whole_at(plan, name);
  return number ? memory_text(*number) : std::string{};
}

std::string bandwidth_text(const json::value& plan) {
  const auto number = whole_at(plan, "bandwidthGb");
  return number ? std::to_string(*number) + " GB" : "unmetered";
}

void write_plans(std::ostream& out, const json::array& plans) {
  table rows{{"CODE", "NAME", "PRICE/MONTH", "CPU", "MEMORY", "DISK", "BANDWIDTH", "BACKUPS"}};
  for (const auto& plan : plans)
    rows.add({text_at(plan, "code"), text_at(plan, "name"), price_text(plan), text_at(plan, "vcpu"),
              memory_at(plan, "ramMb"), text_at(plan, "storageGb") + " GB", bandwidth_text(plan),
              text_at(plan, "backupPolicy")});
  rows.write(out);
}

void write_plan(std::ostream& out, const json::value& plan) {
  out << printable(text_at(plan, "name")) << '\n';
  listing lines;
  lines.add("code", text_at(plan, "code"));
  lines.add("about", text_at(plan, "description"));
  lines.add("price a month", price_text(plan));
  lines.add("cores", text_at(plan, "vcpu"));
  lines.add("memory", memory_at(plan, "ramMb"));
  lines.add("swap", memory_at(plan, "swapMb"));
  lines.add("disk", text_at(plan, "storageGb") + " GB");
  lines.add("bandwidth", bandwidth_text(plan));
  lines.add("backups", text_at(plan, "backupPolicy"));
  if (member(plan, "isActive").is_bool() && !flag_at(plan, "isActive"))
    lines.add("on sale", "no longer");
  lines.write(out);
}

/// `{"plans","rows":[{"attribute","values":{code: …}}]}` as a table, a column for each plan.
void write_comparison(std::ostream& out, const json::value& comparison) {
  std::vector<std::string> head{""};
  for (const auto& plan : list_at(comparison, "plans"))
    head.push_back(text_at(plan, "code"));
  table rows{head};
  for (const auto& each : list_at(comparison, "rows")) {
    std::vector<std::string> cells{text_at(each, "attribute")};
    for (std::size_t i = 1; i < head.size(); ++i)
      cells.push_back(text_at(member(each, "values"), head[i]));
    rows.add(std::move(cells));
  }
  rows.write(out);
}

} // namespace

expected<void> run_plans(session& with, const arguments& given) {
  const auto code = given.text("CODE");
  const bool is_one = !code.empty();
  const auto found = with.daemon.get(is_one ? "/plans/" + url_encoded(code) : "/plans");
  if (!found)
    return std::unexpected(found.error());
  if (with.flags.json)
    with.print(*found);
  else if (is_one)
    write_plan(with.around.out, *found);
  else
    write_plans(with.around.out, list_at(*found, "items"));
  return {};
}

expected<void> run_compare(session& with, const arguments& given) {
  std::string codes;
  for (const auto& each : given.texts("CODE"))
    codes += (codes.empty() ? "?codes=" : ",") + url_encoded(each);
  const auto comparison = with.daemon.get("/compare" + codes);
  if (!comparison)
    return std::unexpected(comparison.error());
  if (with.flags.json)
    with.print(*comparison);
  else
    write_comparison(with.around.out, *comparison);
  return {};
}

expected<void> run_blueprints(session& with, const arguments& given) {
  static constexpr std::array columns{column{"CODE", "code"},
                                      column{"NAME", "name"},
                                      column{"KIND", "kind"},
                                      column{"GUEST", "guest"},
                                      column{"MIN DISK (GB)", "minDiskGb"},
                                      column{"ABOUT", "description"}};
  if (given.has("CODE"))
    return print_answer(with, with.daemon.get("/blueprints/" + url_encoded(given.text("CODE"))));
  return print_list(with, "/blueprints", columns, "There are no blueprints.");
}

} // namespace cloudpods::client
