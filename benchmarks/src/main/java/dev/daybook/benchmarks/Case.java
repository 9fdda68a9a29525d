package dev.daybook.benchmarks;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/// One thing that is measured, the same way for each contender.
sealed interface Case
    permits ToolProduce, ToolConsume, LeanProduce, LeanFetch, LeanTrickle, ColdRead, BesideCrowd {
  String id();

  String title();

  int partitions();

  /// Who takes part.
  default Set<Contender> contenders() {
    return EnumSet.allOf(Contender.class);
  }

  Outcome run(Turn turn) throws IOException, InterruptedException;
}
