#include "ssh/connection_fixture.hpp"

namespace cloudpods::ssh::test {

BOOST_FIXTURE_TEST_SUITE(pinned_hosts, connection_fixture)

BOOST_AUTO_TEST_CASE(a_changed_host_key_is_refused_with_both_fingerprints) {
  sshd.pin("other_host_key");
  connect();
  const auto result = run("touch \"$HOME/reached\"");
  BOOST_TEST((result.fault == transport_fault::host_key_refused));
  BOOST_TEST(!result.maybe_begun);
  run_until([&] { return seen.refusals.size() >= 2; }); // it asks again, slowly
  BOOST_TEST(seen.refusals[0].offered_fingerprint.starts_with("SHA256:"));
  BOOST_TEST(seen.refusals[0].known_fingerprints.starts_with("SHA256:"));
  BOOST_TEST(seen.refusals[0].offered_fingerprint != seen.refusals[0].known_fingerprints);
  BOOST_TEST(seen.ups == 0);
  BOOST_TEST(!std::filesystem::exists(sshd.home() / "reached"));
}

BOOST_AUTO_TEST_CASE(a_host_key_put_right_is_accepted_without_a_restart) {
  sshd.pin("other_host_key");
  connect();
  run_until([&] { return !seen.refusals.empty(); });
  sshd.pin();
  run_until([&] { return seen.ups == 1; });
  BOOST_TEST(run("echo x").out.text() == "x\n");
}

BOOST_AUTO_TEST_CASE(an_unknown_host_key_is_refused_by_a_strict_policy) {
  std::filesystem::remove(sshd.file("known_hosts"));
  connect();
  BOOST_TEST((run("true").fault == transport_fault::host_key_refused));
  BOOST_TEST(seen.refusals.at(0).known_fingerprints.empty());
  BOOST_TEST(!std::filesystem::exists(sshd.file("known_hosts")));
}

BOOST_AUTO_TEST_CASE(an_unknown_host_key_is_pinned_by_accept_new) {
  write_file(sshd.file("known_hosts"), "# ours\nelsewhere ssh-ed25519 AAAA");
  settings.policy = host_key_policy::accept_new;
  connect();
  BOOST_TEST(run("echo x").out.text() == "x\n");
  BOOST_TEST(seen.pinned.size() == 1u);
  BOOST_TEST(
      content_of(sshd.file("known_hosts")).starts_with("# ours\nelsewhere ssh-ed25519 AAAA\n["));
  settings.policy = host_key_policy::strict;
  connect();
  BOOST_TEST(run("echo x").out.text() == "x\n");
}

BOOST_AUTO_TEST_CASE(accept_new_does_not_accept_a_changed_key) {
  sshd.pin("other_host_key");
  settings.policy = host_key_policy::accept_new;
  connect();
  BOOST_TEST((run("true").fault == transport_fault::host_key_refused));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
