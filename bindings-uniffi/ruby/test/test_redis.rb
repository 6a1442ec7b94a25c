# frozen_string_literal: true

require_relative "support"
require "socket"

class TestRedis < Minitest::Test
  include Support

  # A Redis that keeps nothing, and ends with the block.
  def with_redis
    port = TCPServer.open("127.0.0.1", 0) { |taken| taken.addr[1] }
    command = ["redis-server", "--bind", "127.0.0.1", "--port", port.to_s, "--save", "", "--appendonly", "no"]
    IO.popen(command) do |server|
      assert(server.each_line.any? { |line| line.include?("Ready to accept connections") })
      yield "redis://127.0.0.1:#{port}"
    ensure
      Process.kill(:KILL, server.pid)
    end
  rescue Errno::ENOENT
    skip("needs Redis: on Debian, apt-get install redis-server")
  end

  CALLS = <<~RUBY
    require "axiomo"
    limiter = Axiomo::RateLimiter.redis(ENV.fetch("REDIS_ADDRESS"))
    client = Axiomo::Client.new(rate_limiter: limiter)
    Integer(ENV.fetch("CALLS")).times do |number|
      client.scan(number.to_s)
    rescue Axiomo::NotFoundError => error
      raise unless error.attempts.size == 1
    end
  RUBY

  def test_processes_share_what_redis_keeps
    server = serve
    server.limits = { key: 8 }
    with_redis do |address|
      variables = { "AXIOMO_API_KEY" => server.key.key, "AXIOMO_BASE_URL" => server.base_url, "REDIS_ADDRESS" => address }
      %w[5 3].each do |count|
        said, status = run_program(CALLS, variables.merge("CALLS" => count))
        assert_equal(["", true], [said, status.success?])
      end
      # This process has sent nothing, and knows that nothing is left.
      limiter = Axiomo::RateLimiter.redis(address)
      error = assert_raises(Axiomo::RateLimitError) do
        server.client(rate_limiter: limiter, max_wait: 0.5).scan("x")
      end
      assert_equal([true, :no, []], [error.local?, error.sent, error.attempts])
      assert_equal(8, limiter.snapshot.limit)
      assert_equal(8, server.requests.size)
    end
  end
end
