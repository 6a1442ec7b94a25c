# frozen_string_literal: true

require_relative "support"
require "rbs"

# The signatures say the truth: they are whole and well-formed, and name what is there and nothing else.
class TestSignatures < Minitest::Test
  FOLDER = File.expand_path("../sig", __dir__)

  def environment
    loader = RBS::EnvironmentLoader.new
    loader.add(path: Pathname(FOLDER))
    loader.add(library: "logger")
    RBS::Environment.from_loader(loader).resolve_type_names
  end

  def constant(name)
    Object.const_get(name.to_s.delete_prefix("::"))
  end

  def test_they_are_valid
    env = environment
    builder = RBS::DefinitionBuilder.new(env: env)
    ours = env.class_decls.keys.select { |name| name.to_s.start_with?("::Axiomo") }
    assert_operator(ours.size, :>, 40)
    ours.each do |name|
      builder.build_instance(name)
      builder.build_singleton(name)
    end
  end

  def test_they_name_what_is_there
    env = environment
    builder = RBS::DefinitionBuilder.new(env: env)
    ours = env.class_decls.keys.select { |name| name.to_s.start_with?("::Axiomo::") }
    ours.each do |name|
      type = constant(name)
      declared = own(builder.build_instance(name), name)
      present = type.public_instance_methods(false) - hidden(type)
      assert_equal(present.sort, declared.sort, "methods of #{name}")
    end
    public_types = Axiomo.constants.map { |constant| Axiomo.const_get(constant) }.grep(Module).map(&:name)
    assert_empty(public_types - ours.map { |name| name.to_s.delete_prefix("::") } - ["Axiomo::Options"])
  end

  private

  def own(definition, name)
    methods = definition.methods.select { |_, method| method.implemented_in == name && method.public? }
    methods.keys - %i[initialize]
  end

  # What is of no use to a user: how objects are compared, shown and matched, and what is called from within.
  def hidden(type)
    common = %i[== eql? hash inspect to_s to_json deconstruct_keys]
    within = { Axiomo::CancelHandle => %i[native], Axiomo::RateLimiter => %i[native], Axiomo::AnalyzeRequest => %i[given],
               Axiomo::Testing::VirtualClock => %i[native], Axiomo::Testing::Program => %i[controls] }
    common + within.fetch(type, [])
  end
end
