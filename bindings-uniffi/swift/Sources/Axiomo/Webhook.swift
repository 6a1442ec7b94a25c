import AxiomoNative
import Foundation

/// Whether a signature is that of a webhook's body under its secret: the value of GitHub's `X-Hub-Signature-256`.
/// Takes the same time wherever they differ.
public func verifyWebhook(secret: String, body: Data, signature: String) -> Bool {
    AxiomoNative.verifyWebhook(secret: secret, body: body, signature: signature)
}
