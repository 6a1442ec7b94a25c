# frozen_string_literal: true

require_relative "support"

class TestDocumentation < Minitest::Test
  include Support

  ROOT = File.expand_path("../../..", __dir__)

  %w[README.md bindings-uniffi/ruby/README.md docs/ruby.md].each do |page|
    programs = File.read(File.join(ROOT, page), encoding: "UTF-8").scan(/^```ruby\n(.*?)^```/m).flatten
    programs.each.with_index(1) do |program, number|
      define_method("test_#{page}_program_#{number}") do
        server = serve
        server.script([{ on: { path: "/api/scans/no-such-scan" }, do: ["real"] }, { on: {}, do: Array.new(20) { answer } }])
        variables = { "AXIOMO_BASE_URL" => server.base_url, "AXIOMO_API_KEY" => server.key.key }
        printed, status = run_program(program, variables)
        assert_predicate(status, :success?, printed)
        refute_empty(printed)
      end
    end
    define_method("test_#{page}_has_programs") { refute_empty(programs) }
  end
end
