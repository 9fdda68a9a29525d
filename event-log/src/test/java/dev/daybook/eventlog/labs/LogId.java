package dev.daybook.eventlog.labs;

/// A partition, as clients name it.
record LogId(String topic, int partition) {
  @Override
  public String toString() {
    return topic + "/" + partition;
  }
}
