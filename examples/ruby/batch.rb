# frozen_string_literal: true

# Scores pull requests, an address a line on stdin, and says how far it is.
#
#   ruby batch.rb < pull-requests.txt > risks.csv

require "axiomo"
require "csv"

batch = Axiomo::Client.new.analyze_many($stdin.each_line(chomp: true).reject(&:empty?))
batch.each do |item|
  # The pull request was there before, with its result.
  next if item.repeats

  risk = item.analysis&.signal&.risk
  puts [item.input, risk&.level, risk&.score, item.error&.message].to_csv
  progress = batch.progress
  left = progress.eta ? ", about #{(progress.eta / 60).ceil} min left" : ""
  $stderr.print "\r#{progress.done} done, #{progress.waiting} waiting#{left} "
end
warn ""
exit batch.progress.failed.zero?
