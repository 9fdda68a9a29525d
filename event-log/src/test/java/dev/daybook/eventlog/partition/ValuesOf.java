package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatches;
import dev.daybook.eventlog.record.RecordReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The values of a partition's records, as somebody reads who begins somewhere.
public final class ValuesOf {
  private ValuesOf() {}

  /// Those from an offset on, read so many bytes at once.
  public static List<String> partition(Partition partition, long fromOffset, int bytesAtOnce)
      throws IOException {
    List<String> values = new ArrayList<>();
    long next = fromOffset;
    while (next < partition.highWatermark()) {
      try (ReadResult.Batches found =
          assertInstanceOf(ReadResult.Batches.class, partition.read(next, bytesAtOnce))) {
        for (Slice slice : found.slices()) {
          for (RecordBatch batch : RecordBatches.in(slice.read())) {
            for (LogRecord record : RecordReader.read(batch)) {
              if (record.offset() >= next) {
                values.add(StandardCharsets.UTF_8.decode(record.requireValue()).toString());
              }
            }
            next = batch.nextOffset();
          }
        }
      }
    }
    return values;
  }
}
