# frozen_string_literal: true

require_relative "support"

class TestMockServer < Minitest::Test
  include Support

  def test_a_script_that_is_none_is_refused_with_what_was_expected
    error = assert_raises(Axiomo::Testing::MockServerError) { serve.script([{ on: {}, do: [{ respnd: {} }] }]) }
    assert_includes(error.message, "respond")
  end

  def test_what_does_not_happen_is_not_seen
    error = assert_raises(Axiomo::Testing::NotSeenError) { serve.await_journal(event: "request", timeout: 0) }
    assert_equal("not_seen", error.code)
  end

  def test_servers_share_a_program
    program = Axiomo::Testing::Program.new
    servers = Array.new(2) { serve(answer, program: program) }
    servers.each { |server| server.client.scan("x") }
    assert_equal([1, 1], servers.map { |server| server.requests.size })
    servers.first.close
    assert_raises(Axiomo::Testing::MockServerError) { servers.first.journal }
    assert_equal(1, servers.last.requests.size)
  ensure
    servers.each(&:close)
    program.close
  end

  def test_a_key_that_is_revoked_is_refused_at_once
    server = serve
    client = server.client
    server.revoke_key(server.key.id)
    assert_raises(Axiomo::AuthenticationError) { client.scan("x") }
    refute_includes(server.snapshot.to_s, server.key.key)
  end

  def test_limits_and_time_are_the_tests
    server = serve(virtual_time: true)
    server.limits = { key: 1 }
    client = server.client
    2.times { assert_raises(Axiomo::NotFoundError) { client.scan("x") } }
    assert_operator(server.elapsed, :>=, 60)
    refute_empty(server.waits)
    server.hold_time
    before = server.elapsed
    server.advance(5)
    assert_in_delta(before + 5, server.elapsed, 0.01)
    server.clear_journal
    assert_empty(server.requests)
    assert_empty(server.script_left)
  end

  def test_one_is_started_as_in_all_languages
    server = Axiomo::Testing::MockServer.start(virtual_time: true)
    assert_nil(server.set_limits(key: 1))
    client = server.client
    2.times { assert_raises(Axiomo::NotFoundError) { client.scan("x") } }
    assert_operator(server.elapsed, :>=, 60)
    within = Axiomo::Testing::MockServer.start { |started| started.tap { assert_empty(started.requests) } }
    assert_raises(Axiomo::Testing::MockServerError) { within.requests }
  ensure
    server&.close
  end

  def test_without_a_program_there_is_a_way_to_get_it
    printed, = run_program(<<~RUBY, { "AXIOMO_MOCK_SERVER" => nil, "PATH" => "/nowhere" })
      require "axiomo/testing"
      begin
        Axiomo::Testing::MockServer.new
      rescue Axiomo::Testing::MockServerError => e
        puts e.code, e.message
      end
    RUBY
    assert_match(/\Anot_found\n.*cargo install axiomo-mock-server/, printed)
  end
end
