package dev.daybook.eventlog.labs;

import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.broker.BrokerConfig;
import dev.daybook.eventlog.broker.LogServer;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.partition.CleanerSettings;
import dev.daybook.eventlog.partition.RecordValidator;
import dev.daybook.eventlog.partition.ScrubPace;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// The process that the labs hurt: a log server with small files, so that half a second of life sees rolls, checkpoints
/// and recycled journal files.
///
/// It starts in two steps, so that the dear one, a JVM, is ready before the one in front of it is killed: `standby` is
/// said when it could open a log; it opens the one that a line on its input names, on the port of the next line (behind
/// which may stand another, that clients are told of), and says `ready`. The next line, or the end of its parent, ends it.
final class LabServer {
  /// The status of a process that stopped itself because it can promise nothing any more.
  static final int FATAL_STATUS = 3;

  /// The status of a process that could not open its log.
  static final int REFUSED_STATUS = 1;

  private static final int KIB = 1 << 10;
  private static final GroupSettings QUICK_GROUPS =
      new GroupSettings(
          Map.of(
              GroupSettings.INITIAL_REBALANCE_DELAY_MS,
              "0",
              GroupSettings.OFFSETS_PARTITIONS,
              "2",
              "group.min.session.timeout.ms",
              "500"));

  private LabServer() {}

  public static void main(String[] arguments) throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Vertx vertx = Vertx.vertx();
    System.out.println("standby");
    String directory = in.readLine();
    if (directory != null) {
      String[] ports = in.readLine().split(" ", -1);
      serve(vertx, Path.of(directory), ports, in);
    }
    Runtime.getRuntime().halt(0);
  }

  private static void serve(Vertx vertx, Path directory, String[] ports, BufferedReader in) {
    try {
      LogServer server = start(vertx, directory, ports);
      System.out.println("ready " + server.port());
      if ("close".equals(in.readLine())) {
        server.close();
      }
    } catch (Exception e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(REFUSED_STATUS);
    }
  }

  private static LogServer start(Vertx vertx, Path directory, String[] ports) throws Exception {
    return LogServer.start(
        vertx,
        small(directory),
        broker -> small(listening(broker, ports)),
        QUICK_GROUPS,
        (topic, records) -> new RecordValidator.Verdict.Accepted(),
        failure -> {
          System.err.println("fatal " + failure);
          Runtime.getRuntime().halt(FATAL_STATUS);
        });
  }

  private static BrokerConfig listening(BrokerConfig broker, String[] ports) {
    BrokerConfig listening = broker.listeningOn("127.0.0.1", Integer.parseInt(ports[0]));
    return ports.length == 1
        ? listening
        : listening.advertising("127.0.0.1", Integer.parseInt(ports[1]));
  }

  private static EventLogConfig small(Path directory) {
    return new EventLogConfig(
        directory,
        4096 * KIB,
        512 * KIB,
        256 * KIB,
        32 * KIB,
        1024 * KIB,
        256 * KIB,
        64 * KIB,
        Duration.ofMillis(5),
        Duration.ofMillis(60),
        Duration.ofMinutes(5),
        2,
        ScrubPace.DEFAULT,
        CleanerSettings.DEFAULT);
  }

  private static BrokerConfig small(BrokerConfig defaults) {
    return new BrokerConfig(
        defaults.host(),
        defaults.port(),
        defaults.advertisedHost(),
        defaults.advertisedPort(),
        defaults.nodeId(),
        defaults.clusterId(),
        defaults.queuedMaxBytes(),
        256 * KIB,
        256 * KIB,
        defaults.fetchMaxBytes(),
        defaults.connections(),
        defaults.autoCreateTopics(),
        defaults.partitions(),
        1);
  }
}
