# frozen_string_literal: true

module Axiomo
  # Whether a signature, as in the header `X-Hub-Signature-256`, is that of a webhook's body under a secret. Takes the same
  # time wherever it differs; without a signature it is false.
  #
  # `body` is the bytes as they came, before anything is made of them.
  def self.verify_webhook(secret, body, signature)
    !signature.nil? && AxiomoUniffi.verify_webhook(secret, body.b, signature)
  end
end
