package dev.daybook.eventlog.broker;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// How the broker listens and what it allows.
///
/// @param host the address to listen on
/// @param port the port to listen on; 0 for any that is free
/// @param advertisedHost what clients are told to connect to; without it, `host`
/// @param advertisedPort likewise; without it, the port that is listened on
/// @param nodeId the broker's number, the same for ever
/// @param clusterId the name of the data directory, the same for ever
/// @param queuedMaxBytes memory for requests that were read and not answered yet, of all connections together
/// @param requestMaxBytes the largest Produce request
/// @param otherRequestMaxBytes the largest request of any other kind
/// @param fetchMaxBytes the most a Fetch response carries, but for a single larger batch
/// @param maxConnections connections beyond these are closed at once
/// @param idleTimeout a connection that is silent for so long is closed
/// @param frameTimeout a first request, and every request once begun, must arrive within this time; a client must
///     take some bytes of its responses within it, too
/// @param autoCreateTopics whether a topic that a client asks for by name is created
/// @param partitions how many partitions such a topic has, and one whose creator does not say
/// @param eventLoops how many threads serve connections
public record BrokerConfig(
    String host,
    int port,
    Optional<String> advertisedHost,
    OptionalInt advertisedPort,
    int nodeId,
    String clusterId,
    long queuedMaxBytes,
    int requestMaxBytes,
    int otherRequestMaxBytes,
    int fetchMaxBytes,
    int maxConnections,
    Duration idleTimeout,
    Duration frameTimeout,
    boolean autoCreateTopics,
    int partitions,
    int eventLoops) {

  public BrokerConfig {
    // A request for which there is never memory enough would wait for ever.
    long largest = Math.max(requestMaxBytes, otherRequestMaxBytes);
    if (!RequestMemory.everPaysFor(largest, queuedMaxBytes)) {
      throw new IllegalArgumentException(
          "queued.max.bytes ("
              + queuedMaxBytes
              + ") is too small for one request: it must be a third larger than the largest one, which has "
              + largest
              + " bytes (socket.request.max.bytes, but at least "
              + otherRequestMaxBytes
              + ")");
    }
    if (eventLoops < 1 || maxConnections < 1 || partitions < 1 || nodeId < 0) {
      throw new IllegalArgumentException(
          "num.network.threads, max.connections and num.partitions count from 1, node.id from 0");
    }
  }

  /// What a daybook on one machine starts with: loopback, any free port.
  public static BrokerConfig loopback(String clusterId) {
    return new BrokerConfig(
        "127.0.0.1",
        0,
        Optional.empty(),
        OptionalInt.empty(),
        1,
        clusterId,
        64L << 20,
        16 << 20,
        2 << 20,
        55 << 20,
        10_000,
        Duration.ofMinutes(10),
        Duration.ofSeconds(30),
        true,
        1,
        2);
  }

  public BrokerConfig listeningOn(String newHost, int newPort) {
    return new BrokerConfig(
        newHost,
        newPort,
        advertisedHost,
        advertisedPort,
        nodeId,
        clusterId,
        queuedMaxBytes,
        requestMaxBytes,
        otherRequestMaxBytes,
        fetchMaxBytes,
        maxConnections,
        idleTimeout,
        frameTimeout,
        autoCreateTopics,
        partitions,
        eventLoops);
  }

  public BrokerConfig advertising(String newHost, int newPort) {
    return new BrokerConfig(
        host,
        port,
        Optional.of(newHost),
        OptionalInt.of(newPort),
        nodeId,
        clusterId,
        queuedMaxBytes,
        requestMaxBytes,
        otherRequestMaxBytes,
        fetchMaxBytes,
        maxConnections,
        idleTimeout,
        frameTimeout,
        autoCreateTopics,
        partitions,
        eventLoops);
  }
}
