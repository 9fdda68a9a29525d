package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.partition.RecordValidator;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestSizeTest {
  @TempDir private Path directory;

  @Test
  void refusesToStartWhenARequestMayBeLargerThanAJournalFile() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  LogServer.start(
                      vertx,
                      EventLogConfig.in(directory),
                      RequestSizeTest::withHugeRequests,
                      GroupSettings.DEFAULTS,
                      (topic, records) -> new RecordValidator.Verdict.Accepted(),
                      failure -> {}));
      assertTrue(
          Objects.requireNonNull(refused.getMessage()).contains("socket.request.max.bytes"),
          refused.getMessage());
      try (var files = Files.list(directory)) {
        assertTrue(List.copyOf(files.toList()).isEmpty());
      }
    } finally {
      vertx.close().await();
    }
  }

  private static BrokerConfig withHugeRequests(BrokerConfig defaults) {
    return defaults.taking(256L << 20, 100 << 20);
  }
}
