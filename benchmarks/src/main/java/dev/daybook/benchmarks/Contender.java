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
  NULL_BROKER("null broker");

  private final String title;

  Contender(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
