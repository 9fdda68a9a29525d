package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.Topic;
import java.time.Duration;
import java.util.function.Supplier;

/// Asks now and then that producers are forgotten which have long written nothing. It decides nothing: the appender
/// knows who is idle, never takes one with an open transaction, and writes down in the journal whom it forgets, so that
/// a replay needs no clock. When the machine stops before that, it is asked again.
///
/// Idle time is real time in this life of the process: a producer that writes old timestamps is not idle, a wall
/// clock that leaps makes nobody so, and a restart gives everybody all the time again.
public final class ProducerExpiry implements Owner {
  private final Supplier<Iterable<Topic>> topics;
  private final Retention.Partitions partitions;
  private final Request request;
  private final Clock clock;
  private final Pace pace;
  private long lastCheckNs;

  ProducerExpiry(
      Supplier<Iterable<Topic>> topics,
      Retention.Partitions partitions,
      Request request,
      Clock clock,
      Pace pace) {
    this.topics = topics;
    this.partitions = partitions;
    this.request = request;
    this.clock = clock;
    this.pace = pace;
    this.lastCheckNs = clock.monotonicNs();
  }

  @Override
  public int doWork() {
    long nowNs = clock.monotonicNs();
    if (nowNs - lastCheckNs < pace.between.toNanos()) {
      return 0;
    }
    lastCheckNs = nowNs;
    int asked = 0;
    for (Topic topic : topics.get()) {
      for (int index = 0; index < topic.partitions(); index++) {
        Partition partition = partitions.of(topic, index);
        if (partition != null && partition.knowsProducers()) {
          request.expire(partition, pace.after);
          asked++;
        }
      }
    }
    return asked;
  }

  @Override
  public long idleNs() {
    return Math.min(1_000_000_000L, pace.between.toNanos());
  }

  /// How long a producer is remembered, and how often somebody looks.
  ///
  /// @param after it has written for the last time
  public record Pace(Duration after, Duration between) {
    /// Apache Kafka's.
    public static final Pace DEFAULT = new Pace(Duration.ofDays(1), Duration.ofMinutes(10));

    public Pace {
      if (after.toMillis() < 1 || between.toMillis() < 1) {
        throw new IllegalArgumentException(
            "producer.id.expiration.ms counts from 1, not " + after.toMillis());
      }
    }

    /// Looks as often as a short memory needs.
    public static Pace of(Duration after) {
      return new Pace(after, after.compareTo(DEFAULT.between) < 0 ? after : DEFAULT.between);
    }
  }

  /// Asks the appender.
  @FunctionalInterface
  interface Request {
    void expire(Partition partition, Duration idleFor);
  }
}
