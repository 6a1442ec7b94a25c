@file:JvmName("Webhook")

package app.axiomo

/**
 * Whether a signature, as in the header `X-Hub-Signature-256`, is that of a webhook's body under a secret. Takes the same
 * time wherever it differs.
 *
 * @param body the bytes as they came, before anything is made of them.
 * @param signature the header's value; null, where there is none, is false.
 */
public fun verifyWebhook(secret: String, body: ByteArray, signature: String?): Boolean =
    signature != null && Library.loaded { app.axiomo.native.verifyWebhook(secret, body, signature) }
