# frozen_string_literal: true

# 100,000 calls, half of which fail or are interrupted: what they leave behind, as JSON. It takes the address of a server that
# answers analyses at once.
#
#   ruby -I bindings-uniffi/ruby/lib -I target/ruby/release benches/ruby/soak.rb http://127.0.0.1:PORT/api

require "axiomo"
require "json"

PULL_REQUEST = "https://github.com/example/ledger/pull/4127"
CALLS = 100_000
SETTLED = 20_000
AT_ONCE = 16

class Unwanted < StandardError
end

CLIENT = Axiomo::Client.new(api_key: "ax_0000000000000000000000000000000000", base_url: ARGV.fetch(0), pacing: :off)
OUTCOMES = Hash.new(0)

def call(number)
  case number % 4
  when 1 then CLIENT.analyze("nonsense")
  when 3
    caller = Thread.current
    # At once, or when the request may be on its way.
    Thread.handle_interrupt(Unwanted => :on_blocking) do
      Thread.new { caller.raise(Unwanted) }
      CLIENT.analyze(PULL_REQUEST)
    end
  else CLIENT.analyze(PULL_REQUEST).signal.risk.level
  end
  :fine
rescue Unwanted
  :interrupted
rescue Axiomo::Error
  # It fails before it is sent.
  :failed
end

def work(range)
  # Not a queue of all of them, which would be memory.
  number = range.begin - 1
  mutex = Mutex.new
  threads = Array.new(AT_ONCE) do
    Thread.new do
      Thread.current.report_on_exception = false
      while (mine = mutex.synchronize { number += 1 }) < range.end
        OUTCOMES[call(mine)] += 1
      end
    rescue Unwanted
      # It came when its call was over.
      retry
    end
  end
  threads.each(&:join)
end

def measured(range)
  work(range)
  5.times { GC.start }
  status = File.read("/proc/self/status")
  { rss_mib: status[/VmRSS:\s+(\d+)/, 1].to_i / 1024.0, threads: status[/Threads:\s+(\d+)/, 1].to_i, descriptors: Dir.children("/proc/self/fd").size }
end

before = measured(0...SETTLED)
after = measured(SETTLED...CALLS)
puts JSON.generate(calls: CALLS, outcomes: OUTCOMES, before: before, after: after, growth_mib: after[:rss_mib] - before[:rss_mib])
