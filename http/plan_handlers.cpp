#include "http/handlers.hpp"
#include "http/text.hpp"
#include "wire/stack_json.hpp"

namespace cloudpods::http {

namespace {

std::unexpected<domain::problem> no_blueprint() {
  return domain::refused(domain::problem_code::blueprint_not_found, "there is no such blueprint");
}

} // namespace

handled list_plans(api& all, exchange&) { co_return response{all.plans()->list()}; }

handled get_plan(api& all, exchange& with) {
  auto plan = all.plans()->one(with.parameters[0]);
  if (!plan)
    co_return domain::refused(domain::problem_code::plan_not_found, "there is no such plan");
  co_return response{std::move(plan)};
}

handled list_blueprints(api& all, exchange& with) {
  const auto plans = all.plans();
  if (!with.is_platforms())
    co_return response{200, *plans->blueprints()};
  actors::list_blueprints question;
  const auto stacks = co_await all.ask_registry(question, false);
  if (!stacks)
    co_return std::unexpected(stacks.error());
  co_return response{200, plans->platform_blueprints(*stacks)};
}

handled get_blueprint(api& all, exchange& with) {
  const auto plans = all.plans();
  const auto blueprint = with.is_platforms() ? plans->platform_blueprint(with.parameters[0])
                                             : plans->blueprint(with.parameters[0]);
  if (blueprint)
    co_return response{200, *blueprint};
  if (!with.is_platforms())
    co_return no_blueprint();
  actors::find_blueprint question{std::string{with.parameters[0]}};
  const auto stack = co_await all.ask_registry(std::move(question), false);
  if (!stack && stack.error().code == domain::problem_code::blueprint_not_found)
    co_return no_blueprint();
  if (!stack)
    co_return std::unexpected(stack.error());
  wire::json_writer out;
  wire::write_stack_blueprint(out, *stack);
  co_return response{200, out.take()};
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
