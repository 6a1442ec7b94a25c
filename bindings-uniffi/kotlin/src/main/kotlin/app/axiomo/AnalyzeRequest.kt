package app.axiomo

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

/** Which pull request to analyse. What is printed of it never holds its token. */
public class AnalyzeRequest private constructor(
    /** An address, or JSON, as the client takes it. */
    internal val text: String,
    internal val isAddress: Boolean,
    private val shown: String,
) {
    /**
     * By the address of its page.
     *
     * @param accessToken a token of the provider's, for a private repository.
     */
    @JvmOverloads
    public constructor(url: String, accessToken: String? = null) : this(
        if (accessToken == null) url else textOf(accessToken) { put("url", url) },
        accessToken == null,
        url,
    )

    /**
     * By where it is.
     *
     * @param provider where the repository is hosted.
     * @param owner the user, organisation or group that owns the repository.
     * @param repo the repository's name.
     * @param number the pull request's number.
     * @param accessToken a token of the provider's, for a private repository.
     */
    @JvmOverloads
    public constructor(provider: Provider, owner: String, repo: String, number: Int, accessToken: String? = null) : this(
        textOf(accessToken) {
            put("provider", provider.value)
            put("owner", owner)
            put("repo", repo)
            put("pr_number", number)
        },
        false,
        "$provider: $owner/$repo#$number",
    )

    override fun equals(other: Any?): Boolean =
        other is AnalyzeRequest && other.text == text && other.isAddress == isAddress

    override fun hashCode(): Int = text.hashCode()

    /** Without the token. */
    override fun toString(): String = shown

    public companion object {
        /**
         * From a request in JSON, as the API takes it. It is read when it is used: a call with one that is wrong fails with
         * an [InvalidRequestError].
         */
        @JvmStatic
        public fun fromJson(text: String): AnalyzeRequest = AnalyzeRequest(text, false, shownOf(text))

        private fun textOf(accessToken: String?, fill: kotlinx.serialization.json.JsonObjectBuilder.() -> Unit): String =
            buildJsonObject {
                fill()
                accessToken?.let { put("access_token", it) }
            }.toString()

        private fun shownOf(text: String): String {
            val members = runCatching { readJson<JsonObject>(text) }.getOrNull() ?: return "no JSON object"
            fun shown(name: String) = (members[name] as? JsonPrimitive)?.content.orEmpty()
            if ("url" in members) return shown("url")
            return "${shown("provider")}: ${shown("owner")}/${shown("repo")}#${shown("pr_number")}"
        }
    }
}
