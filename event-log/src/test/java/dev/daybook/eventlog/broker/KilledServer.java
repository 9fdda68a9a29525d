package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.partition.RecordValidator;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A log server in a JVM of its own, to be killed.
final class KilledServer implements AutoCloseable {
  private final Path data;
  private final int port;
  private Process process;

  KilledServer(Path data, int port) throws IOException {
    this.data = data;
    this.port = port;
    this.process = launch();
  }

  /// SIGKILL, then a new process on the same directory and port.
  void killAndRestart() throws Exception {
    kill();
    process = launch();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("The killed process does not end");
    }
  }

  private Process launch() throws IOException {
    Process started =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KilledServer.class.getName(),
                data.toString(),
                Integer.toString(port))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = started.inputReader();
    String line = out.readLine();
    while (line != null && !line.equals("ready")) {
      System.out.println(line);
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("The server ended before it was ready");
    }
    return started;
  }

  /// The child's main.
  public static void main(String[] arguments) throws Exception {
    LogServer.start(
        Vertx.vertx(),
        EventLogConfig.in(Path.of(arguments[0])),
        broker -> broker.listeningOn("127.0.0.1", Integer.parseInt(arguments[1])),
        GroupSettings.DEFAULTS,
        (topic, records) -> new RecordValidator.Verdict.Accepted(),
        failure -> {
          failure.printStackTrace();
          Runtime.getRuntime().halt(3);
        });
    System.out.println("ready");
  }
}
