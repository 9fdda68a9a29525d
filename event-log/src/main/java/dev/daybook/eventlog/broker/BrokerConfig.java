package dev.daybook.eventlog.broker;

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
/// @param connections how many there may be, and how long each may take
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
    ConnectionLimits connections,
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
    if (eventLoops < 1 || partitions < 1 || nodeId < 0) {
      throw new IllegalArgumentException(
          "num.network.threads=%d and num.partitions=%d must be at least 1, node.id=%d at least 0"
              .formatted(eventLoops, partitions, nodeId));
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
        ConnectionLimits.DEFAULT,
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
        connections,
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
        connections,
        autoCreateTopics,
        partitions,
        eventLoops);
  }

  public BrokerConfig limiting(ConnectionLimits newConnections) {
    return new BrokerConfig(
        host,
        port,
        advertisedHost,
        advertisedPort,
        nodeId,
        clusterId,
        queuedMaxBytes,
        requestMaxBytes,
        otherRequestMaxBytes,
        fetchMaxBytes,
        newConnections,
        autoCreateTopics,
        partitions,
        eventLoops);
  }

  /// With other sizes of requests: all that are under way together, and the largest one.
  public BrokerConfig taking(long newQueuedMaxBytes, int newRequestMaxBytes) {
    return new BrokerConfig(
        host,
        port,
        advertisedHost,
        advertisedPort,
        nodeId,
        clusterId,
        newQueuedMaxBytes,
        newRequestMaxBytes,
        otherRequestMaxBytes,
        fetchMaxBytes,
        connections,
        autoCreateTopics,
        partitions,
        eventLoops);
  }
}
