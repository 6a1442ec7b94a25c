# frozen_string_literal: true

require_relative "support"
require "logger"
require "pp"
require "stringio"
require "yaml"

class TestSecrets < Minitest::Test
  include Support

  TOKEN = "glpat-canary-of-a-provider-0123456789"

  # Everything that a value shows of itself, by whatever a program would ask it with.
  def shown(value)
    texts = [value.inspect, value.to_s, value.pretty_inspect, value.instance_variables.map { |name| value.instance_variable_get(name).inspect }.join]
    texts << value.full_message if value.is_a?(Exception)
    texts + [-> { Marshal.dump(value) }, -> { YAML.dump(value) }, -> { JSON.generate(value) }].filter_map do |write|
      write.call.b
    rescue TypeError, JSON::GeneratorError
      nil
    end
  end

  def failing(&call)
    assert_raises(Axiomo::Error, &call)
  end

  def test_neither_key_nor_token_comes_out_anywhere
    server = serve
    key = server.key.key
    echo = { "x-echo" => "Bearer #{key}", "x-token" => TOKEN }
    told = { error: { code: "x", message: "#{key} #{TOKEN}" } }
    server.script([{ on: {}, do: [respond(200, echo, ANALYSIS), respond(503, echo, told), respond(401, echo, told)] }])
    log = StringIO.new
    client = server.client(max_retries: 1, logger: Logger.new(log))
    request = Axiomo::AnalyzeRequest.new(url: ADDRESS, access_token: TOKEN)
    analysis = client.analyze(ADDRESS, access_token: TOKEN)
    given = { url: "nonsense", access_token: TOKEN }
    batch = client.analyze_many([Axiomo::AnalyzeRequest.new(**given), given, given.transform_keys(&:to_s)])
    items = batch.to_a
    assert_same(given, items.find { |item| item.index == 1 }.input)
    values = [
      client, client.with_options(max_retries: 0), client.rate_limiter, request, analysis, analysis.meta, batch, *items,
      *items.map(&:error),
      failing { client.analyze(request) },
      failing { client.analyze({ url: "nonsense", access_token: TOKEN }) },
      failing { client.analyze(ADDRESS, access_token: "#{TOKEN}\n") },
      failing { Axiomo::Client.new(api_key: "#{key}\n") },
      failing { server.client(api_key: -> { raise key }).scan("x") },
    ]
    texts = values.flat_map { |value| shown(value) } << log.string
    texts << server.inspect << server.key.inspect
    assert_operator(texts.size, :>, 60)
    refute_empty(log.string)
    texts.each do |text|
      refute(text.b.include?(key), "the key: #{text.gsub(key, "KEY")}")
      refute(text.b.include?(TOKEN), "the token: #{text.gsub(TOKEN, "TOKEN")}")
    end
  end
end
