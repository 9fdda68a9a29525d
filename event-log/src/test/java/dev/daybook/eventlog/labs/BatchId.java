package dev.daybook.eventlog.labs;

/// One batch of one producer for one partition; numbers count from 0 without a gap.
record BatchId(LogId log, int producer, int number) {
  @Override
  public String toString() {
    return "batch " + number + " of producer " + producer + " for " + log;
  }
}
