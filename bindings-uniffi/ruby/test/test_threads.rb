# frozen_string_literal: true

require_relative "support"

class TestThreads < Minitest::Test
  include Support

  def test_other_threads_run_while_one_waits
    server = serve(STALL)
    client = server.client
    call = Thread.new { client.scan("x") }
    server.await_journal(event: "request")
    counted = 0
    counter = Thread.new { 1_000_000.times { counted += 1 } }
    counter.join
    assert_equal(1_000_000, counted)
    assert_predicate(call, :alive?)
    call.kill.join
  end

  def test_sixteen_threads_share_a_client
    server = serve(*Array.new(16) { answer })
    client = server.client(pacing: :off)
    ids = Array.new(16) { |number| Thread.new { client.scan("s#{number}").signal_id } }.map(&:value)
    assert_equal(["ax-example-ledger-1-0a1b2c3d"], ids.uniq)
    assert_equal(Array.new(16) { |number| "/api/scans/s#{number}" }.sort, server.requests.map { |entry| entry["target"] }.sort)
  end

  def test_a_program_ends_with_calls_under_way
    server = serve(STALL)
    variables = { "AXIOMO_BASE_URL" => server.base_url, "AXIOMO_API_KEY" => server.key.key }
    printed, status = run_program(<<~RUBY, variables)
      require "axiomo"
      client = Axiomo::Client.new
      Thread.new { client.scan("x") }
      sleep 0.001 while client.rate_limiter.snapshot.own.zero?
      puts "ends"
    RUBY
    assert_equal(["ends\n", true], [printed, status.success?])
  end
end
