# frozen_string_literal: true

require "minitest/autorun"
require "axiomo/testing"
require_relative "gate"

class GateTest < Minitest::Test
  SIGNAL = { version: "axiomo.signal.v1", pr: { title: "Renew sessions" }, risk: { level: "high" } }.freeze

  def test_ten_minutes_at_the_rate_limit_take_no_time
    Axiomo::Testing::MockServer.open(virtual_time: true) do |server|
      refused = { respond: { status: 429, headers: { "retry-after" => "600" } } }
      server.script([{ on: {}, do: [refused, { respond: { status: 200, json: SIGNAL } }] }])
      client = server.client(timeout: 1800, max_wait: 900)
      assert_output("high: Renew sessions\n") do
        assert_equal(1, gate(client, "https://github.com/owner/repo/pull/123", Axiomo::RiskLevel::HIGH))
      end
      assert_operator(server.elapsed, :>=, 600)
    end
  end

  def test_what_is_not_found_does_not_pass
    Axiomo::Testing::MockServer.open do |server|
      assert_output(nil, /The risk cannot be known/) do
        assert_equal(2, gate(server.client, "https://github.com/owner/none/pull/1", Axiomo::RiskLevel::HIGH))
      end
    end
  end
end
