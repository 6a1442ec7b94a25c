# frozen_string_literal: true

require_relative "support"

class TestError < Minitest::Test
  include Support

  def refused
    headers = { "retry-after" => "600", "x-request-id" => "r-1", "x-ratelimit-limit" => "60", "x-ratelimit-remaining" => "0" }
    respond(429, headers, { error: { code: "rate_limited", message: "Slow down." } })
  end

  def test_it_has_the_facts_as_fields
    client = serve(refused).client
    error = assert_raises(Axiomo::RateLimitError) { client.scan("x") }
    assert_equal([:rate_limited, 429, "rate_limited", "r-1", :yes], [error.kind, error.http_status, error.code, error.request_id, error.sent])
    assert_in_delta(600, error.retry_after, 10)
    assert_equal([0, [429], false], [error.rate_limit.remaining, error.attempts.map(&:status), error.local?])
    assert_match(/HTTP 429/, error.message)
    assert_kind_of(StandardError, error)
    assert_equal(error.to_h, JSON.parse(error.to_json))
    case error
    in { kind: :rate_limited, retry_after: Float => seconds } then assert_operator(seconds, :>, 500)
    end
  end

  def test_its_trace_leads_to_the_caller
    client = serve(refused).client
    error = assert_raises(Axiomo::RateLimitError) { client.scan("x") }
    assert(error.backtrace.any? { |line| line.start_with?("#{__FILE__}:#{__LINE__ - 1}") }, error.backtrace.join("\n"))
  end

  def test_it_says_what_caused_it
    # Nothing listens there.
    client = Axiomo::Client.new(anonymous: true, base_url: "http://127.0.0.1:1/api", max_retries: 0)
    error = assert_raises(Axiomo::ConnectionError) { client.scan("x") }
    causes = []
    cause = error
    causes << cause.message while (cause = cause.cause)
    assert(causes.any? { |message| message.include?("refused") }, causes.inspect)
    assert_nil(error.http_status)
  end

  def test_the_error_of_an_item_has_its_cause_as_well
    client = Axiomo::Client.new(anonymous: true, base_url: "http://127.0.0.1:1/api", max_retries: 0)
    item = client.analyze_many([ADDRESS]).first
    refute_nil(item.error.cause)
    assert_equal(item.error.cause, assert_raises(Axiomo::ConnectionError) { item.result }.cause)
  end

  def test_every_kind_has_its_class_under_error
    assert_equal(11, Axiomo::Error::KINDS.size)
    assert(Axiomo::Error::KINDS.values.all? { |type| type < Axiomo::Error })
    assert_raises(NoMethodError) { Axiomo::NotFoundError.new("x") }
  end
end
