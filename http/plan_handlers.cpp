#include "http/handlers.hpp"
#include "http/text.hpp"

namespace cloudpods::http {

handled list_plans(api& all, exchange&) { co_return response{all.plans()->list()}; }

handled get_plan(api& all, exchange& with) {
  auto plan = all.plans()->one(with.parameters[0]);
  if (!plan)
    co_return domain::refused(domain::problem_code::plan_not_found, "there is no such plan");
  co_return response{std::move(plan)};
}

handled list_blueprints(api& all, exchange& with) {
  const auto& plans = *all.plans();
  co_return response{200, with.is_platforms() ? *plans.platform_blueprints() : *plans.blueprints()};
}

handled get_blueprint(api& all, exchange& with) {
  const auto& plans = *all.plans();
  const auto blueprint = with.is_platforms() ? plans.platform_blueprint(with.parameters[0])
                                             : plans.blueprint(with.parameters[0]);
  if (!blueprint)
    co_return domain::refused(domain::problem_code::blueprint_not_found,
                              "there is no such blueprint");
  co_return response{200, *blueprint};
}

handled compare_plans(api& all, exchange& with) {
  std::vector<std::string_view> codes;
  if (const auto list = with.where.parameter("codes"))
    for_each_piece(*list, ',', [&](std::string_view code) {
      if (!code.empty())
        codes.push_back(code);
    });
  auto comparison = all.plans()->compare(codes);
  if (!comparison)
    co_return std::unexpected(std::move(comparison).error());
  co_return response{*std::move(comparison)};
}

} // namespace cloudpods::http
