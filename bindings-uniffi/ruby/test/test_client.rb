# frozen_string_literal: true

require_relative "support"
require "logger"
require "stringio"

class TestClient < Minitest::Test
  include Support

  def test_a_client_for_a_block_is_closed_after_it
    server = serve(answer)
    options = { base_url: server.base_url, api_key: server.key.key }
    client = nil
    title = Axiomo::Client.open(**options) { |opened| (client = opened).scan("x").signal.pr.title }
    assert_equal("Renew sessions", title)
    assert_raises(Axiomo::CancelledError) { client.scan("x") }
  end

  def test_a_request_is_an_address_a_hash_or_a_request
    server = serve(*Array.new(3) { answer })
    client = server.client
    client.analyze(ADDRESS)
    client.analyze({ provider: :gitlab, owner: "group/part", repo: "repo", pr_number: 7 })
    client.analyze(Axiomo::AnalyzeRequest.new(provider: Axiomo::Provider::GITHUB, owner: "o", repo: "r", pr_number: 2))
    bodies = server.requests.map { |entry| JSON.parse(entry["body"]) }
    assert_equal(ADDRESS, bodies[0]["url"])
    assert_includes(bodies[1].to_s, "group/part")
    assert_raises(TypeError) { client.analyze(5) }
    assert_raises(ArgumentError) { client.analyze({ link: "x" }) }
    assert_equal(3, server.requests.size)
  end

  def test_options_are_keywords
    client = serve.client
    error = assert_raises(ArgumentError) { client.scan("x", timout: 5) }
    assert_equal("unknown keyword: :timout", error.message)
    assert_raises(ArgumentError) { Axiomo::Client.new(anonymous: true, retries: 1) }
    assert_raises(TypeError) { client.scan("x", timeout: "5") }
    assert_raises(ArgumentError) { client.scan("x", timeout: Float::NAN) }
    assert_raises(TypeError) { client.scan(5) }
  end

  def test_what_is_wrong_with_a_client_is_told_before_anything_is_sent
    {
      "https://" => { base_url: "ftp://example.org" }, "timeout" => { timeout: -1 }, "max_retries" => { max_retries: -1 },
      "pacing" => { pacing: :sideways }, "key" => { api_key: "ax_\n" },
    }.each do |part, options|
      error = assert_raises(Axiomo::ConfigurationError, part) { Axiomo::Client.new(anonymous: options.keys != [:api_key], **options) }
      assert_includes(error.message, part)
      assert_equal(:no, error.sent)
    end
  end

  def test_a_logger_is_told_of_its_client
    server = serve(respond(503), answer, answer)
    log = StringIO.new
    server.client(logger: Logger.new(log)).scan("x")
    before = log.string.dup
    assert_match(/axiomo request .*503/, before)
    assert_match(/axiomo retry/, before)
    server.client.scan("y")
    assert_equal(before, log.string)
  end

  def test_a_logger_that_raises_keeps_no_result_away
    logger = Object.new
    def logger.debug(_text)
      raise "of no use"
    end
    client = serve(answer).client(logger: logger)
    _, warned = capture_io { assert_equal("Renew sessions", client.scan("x").signal.pr.title) }
    assert_match(/a logger raised RuntimeError/, warned)
  end

  def test_a_provider_gives_the_key_when_a_call_needs_one
    server = serve(answer)
    key = server.key.key
    asked = 0
    client = server.client(api_key: -> { (asked += 1) && key })
    assert_equal(0, asked)
    client.scan("x")
    assert_equal(1, asked)
    assert_equal("Bearer #{key}", server.requests.first["headers"].to_h["authorization"])
  end

  def test_a_provider_that_raises_ends_the_call_with_the_class_of_what_it_raised
    client = serve.client(api_key: -> { raise KeyError, "ax_of_nobody" })
    error = assert_raises(Axiomo::ConfigurationError) { client.scan("x") }
    told = error.full_message
    assert_includes(told, "KeyError")
    refute_includes(told, "ax_of_nobody")
  end

  def test_a_client_that_does_something_differently_shares_the_rest
    server = serve(respond(503), answer)
    client = server.client
    other = client.with_options(max_retries: 0)
    assert_raises(Axiomo::ServerError) { other.scan("x") }
    assert_equal("Renew sessions", client.scan("x").signal.pr.title)
    assert_equal(client.rate_limiter.snapshot.own, other.rate_limiter.snapshot.own)
    assert_raises(Axiomo::ConfigurationError) { client.with_options(timeout: -1) }
  end

  def test_a_clock_that_moves_by_hand_moves_what_waits
    clock = Axiomo::Testing::VirtualClock.new.skip_waits
    client = serve(respond(503, { "retry-after" => "30" }), answer).client(clock: clock)
    assert_equal(2, client.scan("x").meta.attempts.size)
    assert_equal(["retry_after"], clock.waits.map(&:reason))
    assert_operator(clock.elapsed, :>=, 30)
    assert_raises(Axiomo::ConfigurationError) { clock.advance(-1) }
  end

  def test_ten_minutes_at_the_limit_take_no_time
    server = serve(respond(429, { "retry-after" => "600" }), answer, virtual_time: true)
    meta = server.client(max_wait: 900, timeout: 1800).scan("x").meta
    assert_operator(meta.elapsed, :>=, 600)
    assert_operator(server.elapsed, :>=, 600)
  end

  def test_the_rate_limit_is_known_once_it_was_told
    client = serve.client
    assert_nil(client.rate_limit)
    assert_raises(Axiomo::NotFoundError) { client.scan("nothing") }
    assert_equal([60, 59], [client.rate_limit.limit, client.rate_limit.remaining])
    assert_instance_of(Time, client.rate_limit.reset_at)
  end

  def test_limiters
    named = Axiomo::RateLimiter.shared("reviews", pacing: :smooth)
    client = serve(answer).client(rate_limiter: named)
    client.scan("x")
    assert_equal(1, Axiomo::RateLimiter.shared("reviews").snapshot.own)
    assert_equal(5, Axiomo::RateLimiter.new(limit: 5).snapshot.limit)
    assert_raises(Axiomo::ConfigurationError) { Axiomo::RateLimiter.new(limit: 0.5) }
    assert_raises(Axiomo::ConfigurationError) { Axiomo::RateLimiter.redis("nonsense") }
  end

  def test_a_webhook_is_verified
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    secret = "It's a Secret to Everybody"
    assert(Axiomo.verify_webhook(secret, "Hello, World!", signature))
    refute(Axiomo.verify_webhook("another", "Hello, World!", signature))
    refute(Axiomo.verify_webhook(secret, "Hello, World?", signature))
    refute(Axiomo.verify_webhook(secret, "\xff\x00".b, signature))
    refute(Axiomo.verify_webhook(secret, "Hello, World!", nil))
  end
end
