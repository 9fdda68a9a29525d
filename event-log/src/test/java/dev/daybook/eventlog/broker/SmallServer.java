package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.partition.CleanerSettings;
import dev.daybook.eventlog.partition.RecordValidator;
import dev.daybook.eventlog.partition.ScrubPace;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A log server for a small disk, in a JVM of its own: a journal of 16 MiB in files of 4, and 16 MiB of reserve.
final class SmallServer {
  static final long RESERVE_BYTES = 16L << 20;

  private static final int MIB = 1 << 20;
  private static final String READY = "ready ";

  private final Process process;
  private final int port;

  private SmallServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// Starts one and waits until it is ready.
  static SmallServer on(Path data) throws IOException {
    Process started =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SmallServer.class.getName(),
                data.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = started.inputReader();
    String line = out.readLine();
    while (line != null && !line.startsWith(READY)) {
      System.out.println(line);
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("The server ended before it was ready");
    }
    // What nobody reads would make the child wait in the end.
    Thread.ofPlatform().daemon().start(() -> out.lines().forEach(System.out::println));
    return new SmallServer(started, Integer.parseInt(line.substring(READY.length())));
  }

  /// Whether it has not stopped by itself.
  boolean isAlive() {
    return process.isAlive();
  }

  int port() {
    return port;
  }

  /// SIGKILL.
  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      throw new AssertionError("The killed process does not end");
    }
  }

  private static EventLogConfig config(Path data) {
    return new EventLogConfig(
        data,
        16L * MIB,
        4 * MIB,
        MIB,
        MIB / 4,
        4L * MIB,
        RESERVE_BYTES,
        MIB,
        Duration.ofMillis(50),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        2,
        ScrubPace.DEFAULT,
        CleanerSettings.DEFAULT);
  }

  private static BrokerConfig small(BrokerConfig broker) {
    return broker.taking(broker.queuedMaxBytes(), 2 * MIB);
  }

  /// The child's main.
  public static void main(String[] arguments) throws Exception {
    LogServer server =
        LogServer.start(
            Vertx.vertx(),
            config(Path.of(arguments[0])),
            SmallServer::small,
            new GroupSettings(
                Map.of(
                    GroupSettings.INITIAL_REBALANCE_DELAY_MS,
                    "0",
                    GroupSettings.OFFSETS_PARTITIONS,
                    "2")),
            (topic, records) -> new RecordValidator.Verdict.Accepted(),
            failure -> {
              System.out.println("fatal " + failure);
              Runtime.getRuntime().halt(1);
            });
    System.out.println(READY + server.port());
  }
}
