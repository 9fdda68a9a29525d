package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.log.FileSlice;
import dev.daybook.eventlog.partition.Isolation;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.ReadResult;
import dev.daybook.eventlog.partition.Slice;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// A topic of one partition, in batches of one record, that is read from its file.
final class OrdersInAFile {
  static final int VERSION = 12;

  private OrdersInAFile() {}

  static void produce(WireClient client, int batches, int valueBytes) throws IOException {
    client.ask(Requests.createTopics("orders"), 7, CreateTopicsResponseData.class);
    for (int i = 0; i < batches; i++) {
      SimpleRecord record =
          new SimpleRecord(System.currentTimeMillis(), null, new byte[valueBytes]);
      MemoryRecords batch = MemoryRecords.withRecords(Compression.NONE, record);
      client.ask(
          Requests.produce("orders", Uuid.ZERO_UUID, 0, batch, VERSION),
          VERSION,
          ProduceResponseData.class);
    }
  }

  static Partition partition(RunningBroker daybook) {
    return Objects.requireNonNull(
        daybook
            .log()
            .partition(daybook.log().topics().byName("orders").orElseThrow().partition(0)));
  }

  /// Waits until the segment writer has come by for so many bytes, and nothing is served from memory any more. The slice is
  /// closed.
  static FileSlice awaitFile(RunningBroker daybook, long bytes) throws IOException {
    Partition orders = partition(daybook);
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (true) {
      assertTrue(System.nanoTime() < endNs, "the segment is not written");
      if (orders.sizeBytes() >= bytes) {
        try (ReadResult.Batches found =
            assertInstanceOf(
                ReadResult.Batches.class, orders.read(0, 1, Isolation.READ_UNCOMMITTED))) {
          if (found.slices().getFirst() instanceof Slice.InFile(FileSlice slice)) {
            return slice;
          }
        }
      }
      Thread.onSpinWait();
    }
  }

  static int count(FetchResponseData answer) {
    MemoryRecords records =
        (MemoryRecords) answer.responses().getFirst().partitions().getFirst().records();
    int count = 0;
    for (var _ : records.batches()) {
      count++;
    }
    return count;
  }
}
