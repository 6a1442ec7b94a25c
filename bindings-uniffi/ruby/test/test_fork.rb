# frozen_string_literal: true

require_relative "support"

class TestFork < Minitest::Test
  include Support

  # What a child says, once it ended well.
  def in_child
    reading, writing = IO.pipe
    pid = fork do
      reading.close
      writing.write(Marshal.dump(yield))
      writing.close
      # Without what Minitest does at the end of a process.
      exit!(0)
    end
    writing.close
    said = reading.read
    Process.wait(pid)
    assert_predicate(Process.last_status, :success?)
    Marshal.load(said)
  end

  def test_a_client_that_was_used_works_in_the_child_and_in_the_parent
    server = serve(*Array.new(4) { answer })
    client = server.client
    other = client.with_options(max_retries: 0)
    first = client.scan("a").signal_id
    assert_equal([first, first], in_child { [client.scan("b").signal_id, other.scan("c").signal_id] })
    assert_equal(first, client.scan("d").signal_id)
    assert_equal(%w[a b c d], server.requests.map { |entry| entry["target"].delete_prefix("/api/scans/") })
  end

  def test_a_client_that_was_not_used_works_in_several_children
    server = serve(*Array.new(3) { answer })
    client = server.client
    titles = Array.new(3) { in_child { client.scan("x").signal.pr.title } }
    assert_equal(["Renew sessions"], titles.uniq)
  end

  def test_a_fork_while_calls_are_under_way
    server = serve(STALL, answer)
    client = server.client
    call = Thread.new { client.scan("parent") }
    server.await_journal(event: "request")
    assert_equal("ax-example-ledger-1-0a1b2c3d", in_child { client.scan("child").signal_id })
    assert_predicate(call, :alive?)
    call.kill.join
    assert_dropped(server)
  end

  def test_forks_in_the_midst_of_calls_and_their_children
    server = serve
    server.limits = { key: 0 }
    client = server.client(pacing: :off)
    going = true
    callers = Array.new(4) do
      Thread.new do
        while going
          begin
            client.scan("parent")
          rescue Axiomo::NotFoundError
            nil
          end
        end
      end
    end
    kinds = Array.new(25) do
      in_child { [kind_of_failure(client), in_child { kind_of_failure(client) }] }
    end
    going = false
    callers.each(&:join)
    assert_equal([%i[not_found not_found]], kinds.uniq)
  end

  def kind_of_failure(client)
    client.scan("child", timeout: 20)
  rescue Axiomo::Error => e
    e.kind
  end

  def test_a_provider_of_keys_is_asked_in_the_child
    server = serve(*Array.new(2) { answer })
    key = server.key.key
    client = server.client(api_key: -> { key })
    client.scan("a")
    assert_equal("Renew sessions", in_child { client.scan("b").signal.pr.title })
    assert_equal(["Bearer #{key}"], server.requests.map { |entry| entry["headers"].to_h["authorization"] }.uniq)
  end

  def test_a_child_ends_as_ever
    server = serve(answer, answer)
    variables = { "AXIOMO_BASE_URL" => server.base_url, "AXIOMO_API_KEY" => server.key.key }
    printed, status = run_program(<<~RUBY, variables)
      require "axiomo"
      client = Axiomo::Client.new
      puts client.scan("a").signal.pr.title
      $stdout.flush
      pid = fork { puts client.scan("b").signal.pr.title }
      Process.wait(pid)
      exit($?.success?)
    RUBY
    assert_equal(["Renew sessions\nRenew sessions\n", true], [printed, status.success?])
  end
end
