# frozen_string_literal: true

# Makes calls with one client and prints what they took, as JSON. `cargo xtask bench --ruby` runs it.

require "json"
require "net/http"

PULL_REQUEST = "https://github.com/example/ledger/pull/4127"
KEY = "ax_0000000000000000000000000000000000"
BODY = { url: PULL_REQUEST }.freeze
HEADERS = { "Authorization" => "Bearer #{KEY}", "Content-Type" => "application/json" }.freeze
AT_ONCE = 16

# Each gives, for a thread of its own, what gives the risk's level, so that the answer was read.
CLIENTS = {
  "axiomo" => lambda do |base_url|
    require "axiomo"
    client = Axiomo::Client.new(api_key: KEY, base_url: base_url, pacing: :off)
    -> { -> { client.analyze(PULL_REQUEST).signal.risk.level } }
  end,
  "net/http" => lambda do |base_url|
    url = URI("#{base_url}/analyze")
    lambda do
      # A connection of its own for each thread, which is kept.
      http = Net::HTTP.start(url.host, url.port, nil, read_timeout: 90)
      -> { JSON.parse(http.post(url.path, JSON.generate(BODY), HEADERS).body).dig("signal", "risk", "level") }
    end
  end,
}.freeze

def now
  Process.clock_gettime(Process::CLOCK_MONOTONIC)
end

def timed(call, count)
  Array.new(count) do
    began = now
    raise "another answer" unless call.call == "high"

    (now - began) * 1e6
  end
end

def all(client, mode, count)
  workers = mode == "sequential" ? 1 : AT_ONCE
  began = now
  took = Array.new(workers) { Thread.new { timed(client.call, count / workers) } }.flat_map(&:value)
  [took, now - began]
end

mode, name, base_url, count = ARGV
client = CLIENTS.fetch(name).call(base_url)
all(client, mode, Integer(count) / 5)
before = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)
took, seconds = all(client, mode, Integer(count))
cpu = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) - before
took.sort!
puts JSON.generate(
  median_us: took[took.size / 2], p99_us: took[took.size * 99 / 100], cpu_us: cpu * 1e6 / took.size,
  per_second: took.size / seconds,
)
