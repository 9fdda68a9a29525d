package dev.daybook.eventlog.broker;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// How the files are shared out that the process may have open, sockets among them. An owner of the log that can open no
/// file stops the process, so clients must not be able to take them all, not even by saying nothing.
///
/// ```text
/// limit    connections  each HTTP port  kept for readers  left to log, connectors and libraries, at least
///  1,024          384              32                80                                              464
///  4,096        1,536             128               320                                            1,856
/// 20,000       15,904             625               512                                            1,709
/// ```
///
/// @param limit how many there may be; [Long#MAX_VALUE] where the system sets no limit or does not tell
public record OpenFiles(long limit) {
  /// However many there may be, nobody needs more beside connections.
  private static final long MOST_KEPT_BACK = 4_096;

  private static final int MOST_OF_AN_HTTP_PORT = 1_000;
  private static final int MOST_KEPT_FOR_READERS = 512;
  private static final long HTTP_PORTS = 3;

  /// The journal, libraries, connectors.
  private static final long OTHERS = 128;

  private static final long FILES_OF_A_WRITTEN_PARTITION = 2;

  /// What the system lets this process have.
  public static OpenFiles ofThisProcess() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
            && system.getMaxFileDescriptorCount() > 0
        ? new OpenFiles(system.getMaxFileDescriptorCount())
        : new OpenFiles(Long.MAX_VALUE);
  }

  /// How many connections of Kafka clients there may be.
  int connections() {
    return atMost(limit - keptBack(), Integer.MAX_VALUE);
  }

  /// How many connections each of the HTTP ports takes.
  public int httpConnections() {
    return atMost(limit / 32, MOST_OF_AN_HTTP_PORT);
  }

  /// How many files are kept open for clients that are likely to ask for what follows.
  int keptForReaders() {
    return atMost(keptBack() / 8, MOST_KEPT_FOR_READERS);
  }

  /// How many partitions may have records that are to be forced: each keeps its segment open until a checkpoint has forced it,
  /// and open once more where it got much at once.
  ///
  /// @param connections beside so many connections
  long writtenPartitions(int connections) {
    long left = limit - connections - HTTP_PORTS * httpConnections() - keptForReaders();
    return Math.max(0, left - OTHERS) / FILES_OF_A_WRITTEN_PARTITION;
  }

  /// A limit with which all of so many partitions may have such records, beside so many connections.
  static long neededFor(int connections, long partitions) {
    return connections
        + HTTP_PORTS * MOST_OF_AN_HTTP_PORT
        + MOST_KEPT_FOR_READERS
        + OTHERS
        + FILES_OF_A_WRITTEN_PARTITION * partitions;
  }

  /// What is not for connections.
  long keptBack() {
    return Math.min(limit / 8 * 5, MOST_KEPT_BACK);
  }

  /// The limit with which so many connections would be allowed.
  static long neededFor(int connections) {
    return connections + MOST_KEPT_BACK;
  }

  private static int atMost(long count, int most) {
    return Math.toIntExact(Math.clamp(count, 1, (long) most));
  }
}
