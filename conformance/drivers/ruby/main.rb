# frozen_string_literal: true

# The driver of the Ruby client: calls it as it is told on stdin, and tells on stdout what came of it, as
# conformance/PROTOCOL.md says. Whatever it would do by itself would pass for the client's doing, so it does nothing.

require "axiomo/testing"
require "json"
require "logger"
require "stringio"
require_relative "session"

# Frames in, frames out.
class Driver
  def initialize
    @sessions = {}
    @writing = Mutex.new
    $stdout.sync = true
  end

  def run
    $stdin.each_line do |line|
      frame = JSON.parse(line)
      # A session is closed once its calls have ended, which others must not wait for.
      frame["op"] == "close" ? Thread.new { obey(frame) } : obey(frame)
    end
    @sessions.each_value(&:join)
  end

  def tell(frame)
    text = JSON.generate(frame)
    @writing.synchronize { $stdout.write("#{text}\n") }
  end

  private

  def obey(frame)
    tell({ id: frame["id"], **answer(frame) })
  end

  def answer(frame)
    { ok: obeyed(frame) }
  rescue Axiomo::Error => e
    { error: Session.failed(e) }
  rescue StandardError => e
    { error: Session.misused(e) }
  end

  def obeyed(frame)
    case frame["op"]
    when "hello"
      Axiomo::Testing.forbid_real_time if frame["time"] == "conducted"
      { language: "ruby", version: Axiomo::VERSION, capabilities: %w[default_headers user_agent_suffix] }
    when "open"
      session = @sessions[frame["session"]] = Session.new(frame, method(:tell))
      { debug: session.client.inspect }
    when "call" then found(frame).call(frame)
    when "cancel" then found(frame).cancel(frame["call"])
    when "close"
      session = found(frame)
      @sessions.delete(frame["session"])
      { logs: session.close }
    else raise "no such operation: #{frame["op"]}"
    end
  end

  def found(frame)
    @sessions.fetch(frame["session"])
  end
end

Driver.new.run
