package app.axiomo.testing

import app.axiomo.readJson
import java.io.File
import java.io.IOException
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.SerializationException

/**
 * A process of `axiomo-mock-server`, which holds any number of mock servers. It ends when it is closed, and with the
 * process that started it.
 *
 * The program is what the environment's variable `AXIOMO_MOCK_SERVER` names, else the one on `PATH`.
 */
public class Program private constructor(
    private val process: Process,
    internal val controls: Controls,
    /** Its version. */
    public val version: String,
) : AutoCloseable {
    /** Ends it, and every mock server in it. Closing it again does nothing. */
    override fun close() {
        process.outputStream.close()
        process.waitFor()
    }

    override fun toString(): String = "Program(version=$version)"

    public companion object {
        /**
         * Starts it.
         *
         * @throws MockServerError when there is no such program, or it does not start.
         */
        @JvmStatic
        public fun start(): Program {
            val path = find()
            // It ends when its input does, which is when this process ends, however it ends.
            val builder = ProcessBuilder(path, "--port", "0", "--admin", "--until-stdin-ends")
            builder.redirectError(ProcessBuilder.Redirect.INHERIT).environment().remove("AXIOMO_MANAGEMENT_TOKEN")
            val process = try {
                builder.start()
            } catch (problem: IOException) {
                throw MockServerError("$path cannot be started", "not_started", problem)
            }
            val line = process.inputReader().readLine()
            try {
                val first = readJson<FirstLine>(line.orEmpty())
                return Program(process, Controls(first.adminUrl, first.adminToken), first.version)
            } catch (problem: SerializationException) {
                process.destroy()
                val printed = line?.take(200) ?: "nothing"
                val message = "$path did not start: it was to print its address as JSON and printed $printed"
                throw MockServerError(message, "not_started", problem)
            }
        }

        private fun find(): String {
            val named = System.getenv(VARIABLE)
            if (!named.isNullOrEmpty()) return named
            val name = if (System.getProperty("os.name").startsWith("Windows")) "$NAME.exe" else NAME
            val folders = System.getenv("PATH").orEmpty().split(File.pathSeparator).filter(String::isNotEmpty)
            return folders.map { File(it, name) }.firstOrNull(File::canExecute)?.path ?: throw MockServerError(
                "there is no $NAME: `cargo install $NAME`, or let $VARIABLE name the program",
                "not_found",
            )
        }

        private const val NAME = "axiomo-mock-server"
        private const val VARIABLE = "AXIOMO_MOCK_SERVER"
    }
}

/** What it prints first. */
@Serializable
private class FirstLine(
    val version: String,
    @SerialName("admin_url") val adminUrl: String,
    @SerialName("admin_token") val adminToken: String,
)
