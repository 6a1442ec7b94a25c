# frozen_string_literal: true

# A gate in a pipeline: ends with 1 when a pull request is too risky, and with 2 when that cannot be known.
#
#   ruby gate.rb https://github.com/owner/repo/pull/123 high

require "axiomo"

# What the pipeline's step ends with.
def gate(client, url, limit)
  signal = client.analyze(url).signal
  level = signal.risk.level
  puts "#{level || "unknown"}: #{signal.pr.title}"
  signal.risk.drivers.select(&:contribution).each do |driver|
    puts format("  %.2f %s: %s", driver.contribution, driver.title, driver.detail)
  end
  # A level that is new is above all that are known, so that nothing passes because it is not understood.
  level.nil? || level >= limit ? 1 : 0
rescue Axiomo::Error => e
  warn "The risk cannot be known: #{e.message}"
  2
end

if $PROGRAM_NAME == __FILE__
  url, limit = ARGV
  limit = Axiomo::RiskLevel.of(limit || "high")
  abort "usage: gate.rb URL [#{Axiomo::RiskLevel.known.join("|")}]" unless url && limit.known?
  exit Axiomo::Client.open { |client| gate(client, url, limit) }
end
