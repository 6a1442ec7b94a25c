# frozen_string_literal: true

require "minitest/autorun"
require "axiomo/testing"
require "open3"
require "rbconfig"

# What the tests share.
module Support
  ADDRESS = "https://github.com/example/ledger/pull/1"

  # The answer to an analysis.
  ANALYSIS = {
    signal_id: "ax-example-ledger-1-0a1b2c3d", signal_url: "https://axiomo.app/signal/x",
    signal: {
      version: "axiomo.signal.v1", pr: { title: "Renew sessions", created_at: "2026-02-03T04:05:06Z" },
      risk: { level: "high", score: 0.71 },
    },
  }.freeze

  # A step of a script that answers nothing, ever.
  STALL = { wire: { end: { after: "nothing", by: "stall" } } }.freeze

  def respond(status, headers = {}, json = {})
    { respond: { status: status, headers: headers, json: json } }
  end

  def answer
    respond(200, {}, ANALYSIS)
  end

  # A server that does this with the requests to come, one after another, and ends with the test.
  def serve(*steps, **options)
    server = Axiomo::Testing::MockServer.new(**options)
    (@servers ||= []) << server
    server.script([{ on: {}, do: steps }]) unless steps.empty?
    server
  end

  def teardown
    @servers&.each(&:close)
    super
  end

  # The journal shows that the client dropped its request.
  def assert_dropped(server)
    server.await_journal(event: "gone", timeout: 30)
    server.await_journal(event: "closed", by: "client", timeout: 30)
  end

  # Runs a program in an interpreter of its own; gives what it printed and how it ended.
  def run_program(program, variables = {})
    paths = $LOAD_PATH.flat_map { |path| ["-I", path] }
    Open3.capture2e(variables, RbConfig.ruby, *paths, "-", stdin_data: program)
  end
end
