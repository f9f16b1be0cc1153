#include <boost/test/unit_test.hpp>

#include "actors/job_percent.hpp"
#include "domain/item_work.hpp"

using namespace cloudpods;
using actors::percent_of;
using domain::step;

namespace {

/// An item that goes through its steps as the log tells them.
struct percent_fixture {
  percent_fixture() {
    said(domain::job_queued{});
    said(domain::item_queued{domain::item_id{"q-1"}, domain::item_action::create, {}});
  }

  void said(domain::event_payload payload) {
    domain::event fact;
    fact.job = domain::job_id{"job-1"};
    fact.payload = std::move(payload);
    domain::evolve(job, fact);
  }

  void said_destroy() {
    job = {};
    said(domain::job_queued{});
    said(domain::item_queued{domain::item_id{"q-1"}, domain::item_action::destroy, {}});
  }

  void never_falls(int of_step = 0) {
    const auto now = percent_of(job.items.front(), of_step);
    BOOST_TEST(now >= last);
    BOOST_TEST(now <= 99);
    last = now;
  }

  void begin(step which, bool undoing = false) {
    domain::item_step_started fact;
    fact.item = domain::item_id{"q-1"};
    fact.which = which;
    fact.attempt = ++attempt;
    fact.undoing = undoing;
    said(fact);
    never_falls();
  }

  void end(step which, domain::step_result result = domain::step_result::succeeded,
           std::vector<std::string> volumes = {}) {
    domain::item_step_done fact;
    fact.item = domain::item_id{"q-1"};
    fact.which = which;
    fact.attempt = attempt;
    fact.result = result;
    fact.volumes = std::move(volumes);
    said(fact);
    never_falls();
  }

  void goes_through(std::initializer_list<step> steps, bool undoing = false) {
    for (const auto each : steps) {
      begin(each, undoing);
      never_falls(50);
      never_falls(100);
      end(each);
    }
  }

  domain::job job;
  int attempt = 0;
  int last = 0;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(how_far_a_job_is, percent_fixture)

BOOST_AUTO_TEST_CASE(a_vms_create_only_rises) {
  goes_through({step::register_address, step::write_snippet, step::clone, step::configure,
                step::resize, step::start, step::wait});
  BOOST_TEST(last == 99);
}

BOOST_AUTO_TEST_CASE(a_containers_create_only_rises) {
  goes_through({step::create, step::mark, step::pool, step::keys, step::resize, step::wait});
  BOOST_TEST(last == 99);
}

BOOST_AUTO_TEST_CASE(a_clone_half_done_is_about_half) {
  begin(step::clone);
  BOOST_TEST(percent_of(job.items.front(), 50) == 39);
}

BOOST_AUTO_TEST_CASE(nonsense_of_a_step_stays_within_it) {
  begin(step::clone);
  BOOST_TEST(percent_of(job.items.front(), 1000) == 75);
  BOOST_TEST(percent_of(job.items.front(), -5) == 4);
}

BOOST_AUTO_TEST_CASE(a_destroy_only_rises_although_volumes_are_freed_and_looked_for_again) {
  said_destroy();
  goes_through({step::destroy});
  begin(step::absent);
  end(step::absent, domain::step_result::succeeded, {"clients:vm-1-disk-0"});
  goes_through({step::free_volumes, step::absent, step::release_address, step::remove_snippet});
  BOOST_TEST(last == 99);
}

BOOST_AUTO_TEST_CASE(a_destroy_that_has_to_destroy_again_does_not_fall) {
  said_destroy();
  goes_through({step::destroy});
  begin(step::absent);
  end(step::absent, domain::step_result::failed);
  goes_through({step::destroy, step::absent});
}

BOOST_AUTO_TEST_CASE(an_undoing_begins_anew_and_only_rises) {
  goes_through({step::register_address, step::clone});
  last = 0;
  goes_through({step::destroy, step::absent, step::release_address}, true);
  BOOST_TEST(last == 97);
}

BOOST_AUTO_TEST_CASE(a_job_is_found_by_its_item) {
  domain::pod_record record;
  record.jobs = {job};
  BOOST_TEST(actors::job_of(record, domain::item_id{"q-1"}).value == "job-1");
  BOOST_TEST(actors::job_of(record, domain::item_id{"q-2"}).value.empty());
}

BOOST_AUTO_TEST_SUITE_END()
