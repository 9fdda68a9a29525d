package dev.daybook.server.command;

import dev.daybook.server.UsageException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine.Option;

/// How the commands find the log.
final class KafkaOptions {
  private static final String TIMEOUT_MS = "10000";

  @Option(
      names = {"-b", "--bootstrap"},
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:9092",
      description = "The Kafka port to talk to (default ${DEFAULT-VALUE}).")
  private String bootstrap = "127.0.0.1:9092";

  String bootstrap() {
    return bootstrap;
  }

  Admin admin() {
    return Admin.create(
        Map.of(
            CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
            CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS,
            CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS));
  }

  /// Waits for an answer; a fault becomes a sentence.
  <T> T await(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw nobodyThere(e);
      }
      throw new IllegalStateException(
          e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
    }
  }

  UsageException nobodyThere(Exception cause) {
    return new UsageException(
        "Nobody answers at "
            + bootstrap
            + ": start a Daybook with 'daybook start', or say where it is with --bootstrap HOST:PORT",
        cause);
  }
}
