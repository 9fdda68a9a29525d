package dev.daybook.connect.control;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stops all connectors at once, each with its last commits, and gives up on those that hang.
public final class Closing {

  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private Closing() {}

  public static void close(Connectors connectors, Duration patience) throws InterruptedException {
    List<HostedConnector> hosted = List.copyOf(connectors.hosted());
    CompletableFuture<?>[] closing =
        hosted.stream().map(HostedConnector::close).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(closing).get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("Some connectors did not stop within {}; they are cut off", patience);
      hosted.forEach(HostedConnector::interrupt);
    }
  }
}
