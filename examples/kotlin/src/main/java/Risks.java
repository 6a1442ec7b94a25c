// Says how risky pull requests are, in Java, all at once: each result is printed when it is there.
//
// java … Risks https://github.com/owner/repo/pull/123 https://github.com/owner/repo/pull/124

import app.axiomo.AxiomoClient;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

public final class Risks {
    public static void main(String[] urls) {
        try (AxiomoClient client = new AxiomoClient()) {
            CompletableFuture<?>[] calls = Arrays.stream(urls)
                .map(url -> client.analyzeAsync(url)
                    .thenApply(analysis -> analysis.getSignal().getRisk().getLevel().getValue())
                    .exceptionally(problem -> problem.getCause().getMessage())
                    .thenAccept(risk -> System.out.println(url + " " + risk)))
                .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(calls).join();
        }
    }
}
