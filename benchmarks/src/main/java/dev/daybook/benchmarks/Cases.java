package dev.daybook.benchmarks;

import java.util.List;

/// Everything that is measured, in the order of a round.
final class Cases {
  static final int SMALL = 16 << 10;
  static final int MEDIUM = 64 << 10;
  static final int LARGE = 128 << 10;

  /// A few clients, as DESIGN has it.
  static final int CONNECTIONS = 3;

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
          new ToolConsume("a5", "1 KB, 6 partitions, read", 1024, 6),
          new LeanProduce("b1", "1 KB, 1 partition, 16 KB batches", 1024, 1, SMALL, CONNECTIONS, 5),
          new LeanProduce(
              "b2", "1 KB, 6 partitions, 16 KB batches", 1024, 6, SMALL, CONNECTIONS, 5),
          new LeanProduce(
              "b3", "1 KB, 6 partitions, 128 KB batches", 1024, 6, LARGE, CONNECTIONS, 5),
          new LeanProduce(
              "b4", "100 B, 6 partitions, 64 KB batches", 100, 6, MEDIUM, CONNECTIONS, 5),
          new LeanProduce("b5", "one request of 1 KB in flight", 1024, 1, 1024, 1, 1),
          new LeanFetch("f1", "6 partitions, 1 MiB of each", 6, 1 << 20, CONNECTIONS),
          new LeanFetch("f2", "1 partition, 64 KiB", 1, 64 << 10, CONNECTIONS));

  private Cases() {}
}
