package app.axiomo

/** The native part, which JNA finds in the jar, or in the folders that `jna.library.path` names. */
internal object Library {
    /** Does what needs it for the first time, and says what is wrong when it is not there. */
    inline fun <T> loaded(use: () -> T): T = try {
        use()
    } catch (problem: LinkageError) {
        throw missing(problem)
    }

    @PublishedApi
    internal fun missing(problem: LinkageError): LinkageError {
        val cause = generateSequence<Throwable>(problem) { it.cause }.last()
        val platform = "${System.getProperty("os.name")} ${System.getProperty("os.arch")}"
        val message = "axiomo's native part cannot be loaded on $platform: ${cause.message}; expected it in the jar of " +
            "app.axiomo:axiomo for this platform, or in a folder that the property jna.library.path names"
        return UnsatisfiedLinkError(message).apply { initCause(problem) }
    }
}
