// Says how risky a pull request is, in Java, and waits for it.
//
// java … Risk https://github.com/owner/repo/pull/123

import app.axiomo.Analysis;
import app.axiomo.AxiomoClient;
import app.axiomo.ClientOptions;
import app.axiomo.NotFoundError;
import app.axiomo.RateLimitError;
import java.time.Duration;

public final class Risk {
    public static void main(String[] arguments) throws InterruptedException {
        ClientOptions options = new ClientOptions();
        options.setTimeout(Duration.ofMinutes(2));
        try (AxiomoClient client = new AxiomoClient(options)) {
            Analysis analysis = client.analyzeBlocking(arguments[0]);
            System.out.println(analysis.getSignal().getRisk().getLevel() + ": " + analysis.getSignal().getPr().getTitle());
        } catch (NotFoundError error) {
            System.err.println("There is no such pull request, or this key may not see it.");
            System.exit(1);
        } catch (RateLimitError error) {
            System.err.println("Try again in " + error.getRetryAfter());
            System.exit(2);
        }
    }
}
