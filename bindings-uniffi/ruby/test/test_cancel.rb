# frozen_string_literal: true

require_relative "support"
require "timeout"

class TestCancel < Minitest::Test
  include Support

  class Unwanted < StandardError
  end

  def test_a_timeout_drops_the_request
    server = serve(*Array.new(20) { STALL })
    client = server.client
    seconds = 0.05
    # However slow the machine is, one of them ends when the request has left.
    while server.requests.empty?
      assert_raises(Timeout::Error) { Timeout.timeout(seconds *= 2) { client.analyze(ADDRESS) } }
    end
    assert_dropped(server)
  end

  def test_what_another_thread_raises_drops_the_request
    server = serve(STALL)
    client = server.client
    call = Thread.new do
      Thread.current.report_on_exception = false
      client.scan("x")
    end
    server.await_journal(event: "request")
    call.raise(Unwanted, "no longer wanted")
    assert_equal("no longer wanted", assert_raises(Unwanted) { call.join }.message)
    assert_dropped(server)
  end

  def test_a_thread_that_is_killed_drops_its_request
    server = serve(STALL)
    client = server.client
    call = Thread.new { client.scan("x") }
    server.await_journal(event: "request")
    call.kill.join
    assert_dropped(server)
  end

  def test_whoever_was_interrupted_makes_the_next_call_as_ever
    server = serve(STALL, answer)
    client = server.client
    call = Thread.new do
      client.scan("a")
    rescue Unwanted
      client.scan("b").signal_id
    end
    server.await_journal(event: "request")
    call.raise(Unwanted)
    assert_equal("ax-example-ledger-1-0a1b2c3d", call.value)
  end

  def test_a_signal_that_ends_the_program_drops_the_request
    server = serve(STALL)
    program = <<~RUBY
      require "axiomo"
      begin
        Axiomo::Client.new.analyze("#{ADDRESS}")
      rescue Interrupt
        puts "interrupted"
      end
    RUBY
    reading, writing = IO.pipe
    variables = { "AXIOMO_BASE_URL" => server.base_url, "AXIOMO_API_KEY" => server.key.key }
    paths = $LOAD_PATH.flat_map { |path| ["-I", path] }
    pid = Process.spawn(variables, RbConfig.ruby, *paths, "-e", program, out: writing)
    writing.close
    server.await_journal(event: "request", timeout: 20)
    Process.kill(:INT, pid)
    assert_equal("interrupted\n", reading.read)
    Process.wait(pid)
    assert_dropped(server)
  end

  def test_a_handle_ends_every_call_that_has_it_and_tells_what_was_tried
    server = serve(STALL, STALL)
    client = server.client
    handle = Axiomo::CancelHandle.new
    calls = Array.new(2) do |number|
      Thread.new do
        client.scan("s#{number}", cancel: handle)
      rescue Axiomo::CancelledError => e
        e
      end
    end
    server.await_journal(event: "request", count: 2)
    handle.cancel
    calls.map(&:value).each do |error|
      assert_equal([:cancelled, :maybe, 1], [error.kind, error.sent, error.attempts.size])
    end
    server.await_journal(event: "gone", count: 2)
    assert_predicate(handle, :cancelled?)
    assert_raises(Axiomo::CancelledError) { client.scan("late", cancel: handle) }
    assert_equal(2, server.requests.size)
  end

  def test_closing_a_client_ends_its_calls_and_those_of_clients_made_from_it
    server = serve(STALL)
    client = server.client
    other = client.with_options(max_retries: 0)
    call = Thread.new do
      other.scan("a")
    rescue Axiomo::CancelledError => e
      e
    end
    server.await_journal(event: "request")
    client.close
    client.close
    assert_instance_of(Axiomo::CancelledError, call.value)
    [
      -> { client.scan("b") }, -> { other.scan("c") }, -> { client.analyze_many([ADDRESS]) }, -> { client.with_options },
    ].each do |begin_late|
      assert_match(/the client was closed/, assert_raises(Axiomo::ConfigurationError, &begin_late).message)
    end
    assert_equal(1, server.requests.size)
  end

  def test_a_handle_of_a_client_ends_every_call_of_it_beside_the_calls_own
    server = serve(STALL, STALL, answer)
    client = server.client
    of_client, of_call = Array.new(2) { Axiomo::CancelHandle.new }
    other = client.with_options(cancel: of_client)
    calls = [{}, { cancel: of_call }].map do |options|
      Thread.new do
        other.scan("x", **options)
      rescue Axiomo::CancelledError => e
        e
      end
    end
    server.await_journal(event: "request", count: 2)
    of_call.cancel
    assert_instance_of(Axiomo::CancelledError, calls.last.value)
    assert_predicate(calls.first, :alive?)
    of_client.cancel
    assert_instance_of(Axiomo::CancelledError, calls.first.value)
    assert_raises(Axiomo::CancelledError) { other.scan("late", cancel: Axiomo::CancelHandle.new) }
    assert_equal("Renew sessions", client.scan("y").signal.pr.title)
  end

  def test_leaving_a_batch_drops_what_is_under_way
    server = serve(answer, STALL, STALL, STALL)
    batch = server.client.analyze_many((1..4).map { |number| "https://github.com/o/r/pull/#{number}" })
    call = Thread.new do
      Thread.current.report_on_exception = false
      batch.each(&:result)
    end
    server.await_journal(event: "request", count: 4)
    call.raise(Unwanted)
    assert_raises(Unwanted) { call.join }
    server.await_journal(event: "gone", count: 3)
  end
end
