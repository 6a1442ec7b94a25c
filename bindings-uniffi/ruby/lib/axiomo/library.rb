# frozen_string_literal: true

# Ruby 3.1 has `wait_readable` only with it.
require "io/wait"

module Axiomo
  # The native part lies beside the code that calls it.
  glue = $LOAD_PATH.resolve_feature_path("axiomo/native/axiomo_uniffi")
  unless glue
    raise LoadError, "axiomo has no native part for #{RUBY_PLATFORM}: the gem that has it is the one for this platform, " \
                     "and in a clone of axiomo `cargo xtask ruby-site` builds it"
  end
  suffix = { /darwin/ => "dylib", /mswin|mingw/ => "dll" }.find { |platform, _| platform.match?(RUBY_PLATFORM) }
  prefix = suffix&.last == "dll" ? "" : "lib"

  # Where the native part is.
  NATIVE_LIBRARY = File.join(File.dirname(glue.last), "#{prefix}axiomo_uniffi.#{suffix ? suffix.last : "so"}")
end

require "axiomo/native/axiomo_uniffi"
