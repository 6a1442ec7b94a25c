# frozen_string_literal: true

require_relative "lib/axiomo/version"

# Built by `cargo xtask ruby-site`, in a folder in which the native part and the code by which it is called are as well.
Gem::Specification.new do |spec|
  spec.name = "axiomo"
  spec.version = Axiomo::VERSION
  spec.summary = "The client of the Axiomo API, which turns a pull request into a structured Signal."
  spec.homepage = "https://axiomo.app"
  spec.licenses = ["MIT", "Apache-2.0"]
  spec.authors = ["axiomo"]
  spec.metadata = { "source_code_uri" => "https://github.com/axiomo/axiomo", "rubygems_mfa_required" => "true" }
  spec.required_ruby_version = ">= 3.1"
  spec.platform = Gem::Platform::CURRENT
  spec.files = Dir["README.md", "LICENSE-*", "lib/**/*", "sig/**/*"].select { |path| File.file?(path) }
  spec.add_dependency "ffi", "~> 1.15"
end
