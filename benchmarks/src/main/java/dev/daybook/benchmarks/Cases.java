package dev.daybook.benchmarks;

import java.util.List;

/// Everything that is measured, in the order of a round.
final class Cases {
  static final int SMALL = 16 << 10;
  static final int MEDIUM = 64 << 10;
  static final int LARGE = 128 << 10;

  /// A few clients.
  static final int CONNECTIONS = 3;

  private static final LeanTrickle TRICKLE =
      new LeanTrickle("t1", "1,000 requests of 1 KB a second, 1 partition", 1024, 1024, 1, 1_000);

  private static final LeanTrickle STEADY =
      new LeanTrickle("m1", "2,000 requests of 16 KB a second", 1024, SMALL, 6, 2_000);

  private static final LeanTrickle HONEST =
      new LeanTrickle("h1", "500 requests of 1 KB a second", 1024, 1024, 1, 500);

  static final List<Case> ALL =
      List.of(
          new ToolProduce("a1", "1 KB, 1 partition", 1024, 1, -1, 70_000, List.of()),
          new ToolProduce("a2", "1 KB, 6 partitions", 1024, 6, -1, 100_000, List.of()),
          new ToolProduce(
              "a3",
              "100 B, 6 partitions, 64 KB batches",
              100,
              6,
              -1,
              550_000,
              List.of("batch.size=65536", "linger.ms=5")),
          new ToolProduce(
              "a4",
              "1 KB, 6 partitions, paced at 10,000/s, no linger",
              1024,
              6,
              10_000,
              10_000,
              List.of("linger.ms=0")),
          new ToolConsume(
              "a5", "1 KB, 6 partitions, read", 1024, 6, ToolConsume.Writer.LEAN_GENERATOR),
          new ToolProduce(
              "a6",
              "1 KB, 6 partitions, 128 KB batches",
              1024,
              6,
              -1,
              150_000,
              List.of("batch.size=131072", "linger.ms=10")),
          new ToolProduce("a7", "100 B, 1 partition", 100, 1, -1, 350_000, List.of()),
          new ToolProduce("a8", "1 KB, 64 partitions", 1024, 64, -1, 100_000, List.of()),
          new ToolConsume(
              "a9",
              "1 KB, 6 partitions, read what Kafka's producer just wrote",
              1024,
              6,
              ToolConsume.Writer.KAFKAS_TOOL),
          new LeanProduce("b1", "1 KB, 1 partition, 16 KB batches", 1024, 1, SMALL, CONNECTIONS, 5),
          new LeanProduce(
              "b2", "1 KB, 6 partitions, 16 KB batches", 1024, 6, SMALL, CONNECTIONS, 5),
          new LeanProduce(
              "b3", "1 KB, 6 partitions, 128 KB batches", 1024, 6, LARGE, CONNECTIONS, 5),
          new LeanProduce(
              "b4", "100 B, 6 partitions, 64 KB batches", 100, 6, MEDIUM, CONNECTIONS, 5),
          new LeanProduce("b5", "one request of 1 KB in flight", 1024, 1, 1024, 1, 1),
          new LeanProduce(
              "b6", "1 KB, 64 partitions, 16 KB batches", 1024, 64, SMALL, CONNECTIONS, 5),
          new LeanFetch("f1", "6 partitions, 1 MiB of each", 6, 1 << 20, CONNECTIONS),
          new LeanFetch("f2", "1 partition, 64 KiB", 1, 64 << 10, CONNECTIONS),
          new ColdRead("f3", "6 partitions, 1 MiB of each, from the disk", 6, List.of()),
          TRICKLE,
          new LeanTrickle("t2", "the same, 1,000 partitions in turn", 1024, 1024, 1_000, 1_000),
          STEADY,
          new ColdRead("m2", "the same beside a consumer from the disk", 6, List.of(STEADY)),
          HONEST,
          new BesideCrowd(
              "h2", "the same beside 2,000 silent and 200 slow connections", HONEST, 2_000, 200));

  /// What must hold between two cases of one contender: how much the first one's p99 may be of the second's.
  static final List<Bound> BOUNDS =
      List.of(
          new Bound("t2", "t1", 3, "1,000 partitions with a trickle each"),
          new Bound("m2", "m1", 1.5, "a cold consumer beside a producer"),
          new Bound("h2", "h1", 2, "2,000 silent and 200 slow connections beside a producer"));

  /// One case's p99 by another's.
  record Bound(String above, String below, double most, String title) {}

  private Cases() {}
}
