# frozen_string_literal: true

module Axiomo
  # Which pull request to analyse: by its address, or by where it is. What is printed of it never holds its token.
  class AnalyzeRequest
    # The members that the API takes.
    MEMBERS = %i[url provider owner repo pr_number access_token].freeze
    private_constant :MEMBERS

    # Whatever stands for a request: an address, a Hash of keywords, or a request.
    #
    # @api private
    def self.from(given)
      case given
      when AnalyzeRequest then given
      when String then new(url: given)
      when Hash then new(**given.transform_keys(&:to_sym))
      else raise TypeError, "a request is #{given.class}; expected an address, a Hash or an Axiomo::AnalyzeRequest"
      end
    end

    # - `url`: the address of its page; or, in its place,
    # - `provider`, `owner`, `repo`, `pr_number`: where it is.
    # - `access_token`: a token of the provider's, for a private repository.
    def initialize(**members)
      unknown = members.keys - MEMBERS
      raise ArgumentError, "unknown keyword: #{unknown.first.inspect}" unless unknown.empty?

      is_address = members.keys == [:url] && members[:url].is_a?(String)
      text = is_address ? members[:url] : Json.text(members.compact.transform_values { |value| plain(value) })
      # In a block, so that nothing that goes through instance variables finds a token.
      @given = -> { [text, is_address] }
      @shown = members.except(:access_token)
    end

    # What the client takes: a text, and whether it is an address.
    #
    # @api private
    def given
      @given.call
    end

    def ==(other)
      other.instance_of?(self.class) && other.given == given
    end
    alias eql? ==

    def hash
      given.hash
    end

    # Without the token.
    def inspect
      "#<#{self.class} #{@shown.map { |name, value| "#{name}=#{value}" }.join(" ")}>"
    end

    # The address, or where it is.
    def to_s
      @shown[:url] || @shown.slice(:provider, :owner, :repo, :pr_number).values.join(" ")
    end

    private

    def plain(value)
      value.is_a?(OpenEnum) || value.is_a?(Symbol) ? value.to_s : value
    end
  end
end
