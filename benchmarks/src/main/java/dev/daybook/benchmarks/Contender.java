package dev.daybook.benchmarks;

/// Who is measured.
enum Contender {
  /// The whole product, as `daybook start` runs it: every acknowledgement rests on forced bytes.
  DAYBOOK("Daybook"),

  /// Apache Kafka with its defaults: acknowledged when in the page cache.
  KAFKA("Kafka"),

  /// Apache Kafka with `flush.messages=1`: each batch is forced before it is acknowledged.
  KAFKA_FORCED("Kafka, forced"),

  /// [NullBroker]: acknowledges and stores nothing, so it shows what the client could do at most.
  NULL_BROKER("null broker"),

  /// The same on files: it acknowledges when the bytes are forced in a [ForcedRing], and sends what is fetched from a file in the
  /// page cache. What anybody could do at most who keeps files and makes that promise.
  NULL_BROKER_FORCED("null broker, forced"),

  /// The same once more, with each byte written into a [SecondFile] behind it: what anybody could do at most who keeps a
  /// journal beside the log itself.
  NULL_BROKER_TWICE("null broker, forced and written again"),

  /// The same with each byte written once, into a file that grows: what anybody could do at most who keeps what he forced where it
  /// was written first. Before it sends from a file it asks the system whether the bytes are in memory: what anybody could do at
  /// most who sends nothing that the disk may have changed.
  NULL_BROKER_KEPT("null broker, forced and kept");

  private final String title;

  Contender(String title) {
    this.title = title;
  }

  /// Whether it keeps nothing, so that its topics need not be created either.
  boolean isNull() {
    return switch (this) {
      case DAYBOOK, KAFKA, KAFKA_FORCED -> false;
      case NULL_BROKER, NULL_BROKER_FORCED, NULL_BROKER_TWICE, NULL_BROKER_KEPT -> true;
    };
  }

  String title() {
    return title;
  }
}
