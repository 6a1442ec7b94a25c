package app.axiomo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import app.axiomo.testing.MockServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What a caller in Java sees. */
final class CallerTest {
    private static final String URL = "https://github.com/o/r/pull/1";
    private static final String ANSWER = "{\"respond\": {\"status\": 200, \"json\": "
        + "{\"version\": \"axiomo.signal.v1\", \"risk\": {\"level\": \"high\"}}}}";

    private static MockServer server(int answers) {
        MockServer server = MockServer.start();
        server.script("[{\"on\": {}, \"do\": [" + String.join(",", Collections.nCopies(answers, ANSWER)) + "]}]");
        return server;
    }

    @Test
    void aCallBlocks() throws InterruptedException {
        try (MockServer server = server(1); AxiomoClient client = server.client()) {
            Analysis analysis = client.analyzeBlocking(URL);
            assertEquals(RiskLevel.HIGH, analysis.getSignal().getRisk().getLevel());
            assertEquals(200, analysis.getMeta().getStatus());
        }
    }

    @Test
    void aFutureIsComposed() {
        try (MockServer server = server(1); AxiomoClient client = server.client()) {
            String level = client.scanAsync("x").thenApply(found -> found.getSignal().getRisk().getLevel().getValue()).join();
            assertEquals("high", level);
        }
    }

    @Test
    void aFutureFailsWithTheError() {
        try (MockServer server = MockServer.start(); AxiomoClient client = server.client()) {
            CompletionException thrown = assertThrows(CompletionException.class, () -> client.scanAsync("none").join());
            NotFoundError error = assertInstanceOf(NotFoundError.class, thrown.getCause());
            assertEquals(404, error.getHttpStatus());
        }
    }

    @Test
    void optionsAreSet() {
        ClientOptions options = new ClientOptions();
        options.setAnonymous(true);
        options.setBaseUrl("http://127.0.0.1:1/api");
        options.setMaxRetries(0);
        options.setTimeout(Duration.ofSeconds(5));
        try (AxiomoClient client = new AxiomoClient(options)) {
            assertThrows(ConnectionError.class, () -> client.analyzeBlocking(new AnalyzeRequest(URL)));
        }
    }

    @Test
    void aProviderThatGivesNullSaysSo() {
        ClientOptions options = new ClientOptions();
        options.setKeyProvider(() -> null);
        try (MockServer server = MockServer.start(); AxiomoClient client = server.client(options)) {
            ConfigurationError error = assertThrows(ConfigurationError.class, () -> client.scanBlocking("x"));
            assertTrue(error.getMessage().contains("the key provider gave null; expected a String"), error.getMessage());
        }
    }

    @Test
    void aBatchIsALoop() {
        try (MockServer server = server(3); AxiomoClient client = server.client()) {
            List<AnalyzeRequest> requests = new ArrayList<>();
            for (int number = 1; number <= 3; number++) requests.add(new AnalyzeRequest(Provider.GITHUB, "o", "r", number));
            List<String> levels = new ArrayList<>();
            try (BlockingBatch batch = client.analyzeManyBlocking(requests)) {
                for (BatchItem item : batch) levels.add(item.result().getSignal().getRisk().getLevel().getValue());
            }
            assertEquals(List.of("high", "high", "high"), levels);
        }
    }

    @Test
    void aWebhookIsVerified() {
        byte[] body = "Hello, World!".getBytes(StandardCharsets.UTF_8);
        String signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assertTrue(Webhook.verifyWebhook("It's a Secret to Everybody", body, signature));
    }
}
