package dev.daybook.auditui.support;

import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.broker.LogServer;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.partition.RecordValidator;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The log of a scene: ours, embedded, in a folder that goes with it.
final class TestLog implements AutoCloseable {
  private final Path folder;
  private final LogServer server;
  private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();

  private TestLog(Vertx vertx) throws IOException {
    folder = Files.createTempDirectory("daybook-page-test");
    server =
        LogServer.start(
            vertx,
            EventLogConfig.in(folder),
            UnaryOperator.identity(),
            new GroupSettings(Map.of()),
            (topic, records) -> new RecordValidator.Verdict.Accepted(),
            broken::set);
  }

  static TestLog start(Vertx vertx) {
    try {
      return new TestLog(vertx);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  String bootstrapServers() {
    return "127.0.0.1:" + server.port();
  }

  @Override
  public void close() {
    try (var files = Files.walk(folder)) {
      server.close();
      files.sorted(Comparator.reverseOrder()).forEach(TestLog::delete);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    if (broken.get() != null) {
      throw new AssertionError("the log broke", broken.get());
    }
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
