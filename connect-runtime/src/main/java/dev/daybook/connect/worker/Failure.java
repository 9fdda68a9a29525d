package dev.daybook.connect.worker;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/// A record that could not go on: where, in whose code, why, and as it came (from the log, or from the source).
record Failure(
    Stage stage,
    Class<?> by,
    Throwable cause,
    @Nullable ConsumerRecord<byte[], byte[]> fromLog,
    @Nullable SourceRecord fromSource) {

  String where() {
    if (fromLog != null) {
      return "topic="
          + fromLog.topic()
          + " partition="
          + fromLog.partition()
          + " offset="
          + fromLog.offset();
    }
    return fromSource == null
        ? ""
        : "topic="
            + fromSource.topic()
            + " partition="
            + fromSource.sourcePartition()
            + " offset="
            + fromSource.sourceOffset();
  }
}
