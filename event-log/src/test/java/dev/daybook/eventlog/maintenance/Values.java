package dev.daybook.eventlog.maintenance;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.ReadResult;
import dev.daybook.eventlog.partition.Slice;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatches;
import dev.daybook.eventlog.record.RecordReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The records' values in a partition, read as a client would.
final class Values {
  private Values() {}

  static List<String> in(Partition partition) throws IOException {
    List<String> values = new ArrayList<>();
    long next = partition.logStartOffset();
    while (next < partition.highWatermark()) {
      try (ReadResult.Batches found =
          assertInstanceOf(ReadResult.Batches.class, partition.read(next, 1 << 20))) {
        for (Slice slice : found.slices()) {
          for (RecordBatch batch : RecordBatches.in(slice.read())) {
            for (LogRecord record : RecordReader.read(batch)) {
              if (record.offset() >= next) {
                values.add(text(Objects.requireNonNull(record.value())));
              }
            }
            next = batch.nextOffset();
          }
        }
      }
    }
    return values;
  }

  private static String text(ByteBuffer value) {
    return StandardCharsets.UTF_8.decode(value).toString();
  }
}
