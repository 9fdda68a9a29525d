package dev.daybook.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.partition.RecordValidator;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.server.control.BackupRequest;
import dev.daybook.server.control.ControlClient;
import dev.daybook.server.control.ControlSocket;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `daybook backup` and `daybook restore`, with and without a server on the directory.
@Timeout(300)
class BackupCommandTest {
  @TempDir private Path directory;

  @Test
  void backsUpThroughTheServerThatHoldsTheDirectory() throws Exception {
    Path data = directory.resolve("data");
    try (EventLog log = open(data);
        ControlSocket _ = control(data, log)) {
      append(log, "a");
      assertTrue(run(0, "backup", path("backup"), "--data", data.toString()).contains("made"));
      append(log, "b");
    }
    assertTrue(run(0, "backup", path("backup"), "--verify").contains("whole"));
    run(0, "restore", path("backup"), "--data", path("restored"));

    try (EventLog restored = open(directory.resolve("restored"))) {
      assertEquals(1, partition(restored).highWatermark());
      assertTrue(partition(restored).leaderEpoch() > 0);
    }
    assertFalse(Files.exists(data.resolve("control.sock")));
  }

  @Test
  void backsUpByItselfWhenNoServerRuns() throws Exception {
    Path data = directory.resolve("data");
    try (EventLog log = open(data)) {
      append(log, "a");
    }

    run(0, "backup", path("backup"), "--data", data.toString(), "--rate", "1000");

    run(0, "restore", path("backup"), "--data", path("restored"));
    try (EventLog restored = open(directory.resolve("restored"))) {
      assertEquals(1, partition(restored).highWatermark());
    }
  }

  @Test
  void reachesAServerWhosePathIsTooLongForASocket() throws Exception {
    Path data = directory.resolve("d".repeat(100)).resolve("e".repeat(100));
    try (EventLog log = open(data);
        ControlSocket _ = control(data, log)) {
      append(log, "a");
      run(0, "backup", path("backup"), "--data", data.toString());
    }
    run(0, "backup", path("backup"), "--verify");
    assertFalse(Files.exists(data.resolve("control.path")));
  }

  @Test
  void theServersRefusalIsTold() throws Exception {
    Path data = directory.resolve("data");
    try (EventLog log = open(data);
        ControlSocket _ = control(data, log)) {
      append(log, "a");
      assertTrue(
          run(1, "backup", path("data/inside"), "--data", data.toString()).contains("outside"));
      run(0, "backup", path("backup"), "--data", data.toString());
      assertTrue(run(1, "backup", path("backup"), "--data", data.toString()).contains("not empty"));
      append(log, "still there");
    }
  }

  @Test
  void whatCannotBeUsedIsNamed() throws Exception {
    assertTrue(run(2, "backup", path("backup"), "--data", path("nowhere")).contains("nowhere"));
    assertFalse(Files.exists(directory.resolve("nowhere")));
    assertTrue(run(1, "restore", path("nowhere"), "--data", path("new")).contains("no backup"));
    assertTrue(run(1, "backup", path("nowhere"), "--verify").contains("no backup"));
    assertTrue(run(2, "backup", path("backup"), "--rate", "0").contains("--rate"));
    Path data = directory.resolve("data");
    try (EventLog _ = open(data)) {
      // Held by somebody who does not listen.
      assertTrue(run(1, "backup", path("b"), "--data", data.toString()).contains("in use"));
    }
  }

  @Test
  void whoHangsUpTakesTheRequestBack() throws Exception {
    Path data = Files.createDirectories(directory.resolve("data"));
    CountDownLatch asked = new CountDownLatch(1);
    CompletableFuture<IOException> ended = new CompletableFuture<>();
    ControlSocket.Request endless =
        (request, passed) -> {
          asked.countDown();
          try {
            while (true) {
              passed.bytes(1);
              Thread.onSpinWait();
            }
          } catch (IOException e) {
            ended.complete(e);
            throw e;
          }
        };
    try (ControlSocket _ = ControlSocket.listen(data, Map.of("endless", endless))) {
      Optional<ControlClient> client = ControlClient.connect(data);
      Thread asking =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      client.get().ask(new JsonObject().put("command", "endless"), bytes -> {});
                    } catch (IOException hungUp) {
                      // That is what it is about.
                    }
                  });
      asked.await();
      client.get().close();
      ended.join();
      asking.join();
    }
  }

  private static ControlSocket control(Path data, EventLog log) throws IOException {
    return ControlSocket.listen(data, Map.of(BackupRequest.NAME, new BackupRequest(log)));
  }

  private static EventLog open(Path data) throws IOException {
    return EventLog.open(
        EventLogConfig.in(data),
        (topic, records) -> new RecordValidator.Verdict.Accepted(),
        fatal -> {
          throw new IllegalStateException(fatal);
        });
  }

  private static void append(EventLog log, String value) {
    log.createTopic(new NewTopic("orders", 1, Map.of())).join();
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed()
            .append(System.currentTimeMillis(), null, ByteBuffer.wrap(value.getBytes()))
            .build();
    AppendResult result =
        log.append(List.of(new PartitionAppend(partition(log), batch))).durable().join().getFirst();
    assertTrue(result instanceof AppendResult.Appended, result.toString());
  }

  private static Partition partition(EventLog log) {
    Topic orders = log.topics().byName("orders").orElseThrow();
    return Objects.requireNonNull(log.partition(orders.partition(0)));
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  /// Runs a command and gives what it said.
  private static String run(int exitCode, String... arguments) {
    StringWriter said = new StringWriter();
    CommandLine line =
        Main.commandLine().setErr(new PrintWriter(said)).setOut(new PrintWriter(said));
    assertEquals(exitCode, line.execute(arguments), said::toString);
    assertEquals(1, said.toString().strip().lines().count(), said::toString);
    return said.toString();
  }
}
