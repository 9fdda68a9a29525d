package dev.daybook.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.zip.CRC32C;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// Reads partitions from their start to their end, and again if wanted, one Fetch after the other, over one connection; checks
/// that batches follow each other without a gap and that each has the checksum it was written with.
final class LeanConsumer implements Callable<Load> {
  private static final int LENGTH_AT = 8;
  private static final int CRC_AT = 17;
  private static final int ATTRIBUTES_AT = 21;
  private static final int LAST_OFFSET_DELTA_AT = 23;
  private static final int BATCH_HEADER_BYTES = 61;
  private static final int LENGTH_AND_OFFSET_BYTES = 12;

  private final InetSocketAddress broker;
  private final String topic;
  private final int[] partitions;
  private final int partitionMaxBytes;
  private final long timeNs;
  private final boolean again;
  private final boolean[] atEnd;
  private final long[] offsets;
  private final CRC32C crc = new CRC32C();
  private long bytes;

  /// @param again whether to begin anew at the end; else it ends there
  LeanConsumer(
      InetSocketAddress broker,
      String topic,
      int[] partitions,
      int partitionMaxBytes,
      double seconds,
      boolean again) {
    this.broker = broker;
    this.topic = topic;
    this.partitions = partitions;
    this.partitionMaxBytes = partitionMaxBytes;
    this.timeNs = (long) (seconds * 1e9);
    this.again = again;
    this.atEnd = new boolean[partitions.length];
    this.offsets = new long[partitions.length];
  }

  @Override
  public Load call() throws IOException {
    long begun = System.nanoTime();
    Latencies latencies = new Latencies();
    try (WireConnection connection = new WireConnection(broker)) {
      for (int number = 0; System.nanoTime() - begun < timeNs && !isDone(); number++) {
        long sentAtNs = System.nanoTime();
        connection.send(Frames.fetch(topic, partitions, offsets, partitionMaxBytes), number);
        take(connection.receive(number));
        latencies.add(System.nanoTime() - sentAtNs);
      }
    }
    return new Load(bytes, (System.nanoTime() - begun) / 1e9, latencies);
  }

  private void take(ByteBuffer response) throws IOException {
    response.get(); // The header's empty tag section.
    FetchResponseData data =
        new FetchResponseData(new ByteBufferAccessor(response), Frames.FETCH_VERSION);
    check(data.errorCode());
    for (FetchResponseData.PartitionData partition : data.responses().getFirst().partitions()) {
      check(partition.errorCode());
      int index = indexOf(partition.partitionIndex());
      if (partition.records() instanceof MemoryRecords records) {
        read(index, records.buffer().duplicate());
      }
      if (offsets[index] >= partition.highWatermark()) {
        atEnd[index] = true;
        offsets[index] = again ? 0 : offsets[index];
      }
    }
  }

  /// Reads whole batches; a cut one at the end is asked for again.
  private void read(int index, ByteBuffer batches) throws IOException {
    int at = batches.position();
    while (batches.limit() - at >= BATCH_HEADER_BYTES) {
      int size = LENGTH_AND_OFFSET_BYTES + batches.getInt(at + LENGTH_AT);
      if (size > batches.limit() - at) {
        break;
      }
      verify(index, batches, at, size);
      bytes += size;
      at += size;
    }
  }

  private void verify(int index, ByteBuffer batches, int at, int size) throws IOException {
    long baseOffset = batches.getLong(at);
    crc.reset();
    crc.update(batches.slice(at + ATTRIBUTES_AT, size - ATTRIBUTES_AT));
    // A position inside a batch is answered with the whole batch; ours are always at a batch's
    // start.
    if (baseOffset != offsets[index] || (int) crc.getValue() != batches.getInt(at + CRC_AT)) {
      throw new IOException(
          "%s/%d: expected was a sound batch at offset %d, not this one at %d"
              .formatted(topic, partitions[index], offsets[index], baseOffset));
    }
    offsets[index] = baseOffset + batches.getInt(at + LAST_OFFSET_DELTA_AT) + 1;
  }

  private boolean isDone() {
    if (again) {
      return false;
    }
    for (boolean one : atEnd) {
      if (!one) {
        return false;
      }
    }
    return true;
  }

  private int indexOf(int partition) {
    for (int i = 0; i < partitions.length; i++) {
      if (partitions[i] == partition) {
        return i;
      }
    }
    throw new IllegalStateException("Partition " + partition + " was not asked for");
  }

  private static void check(short errorCode) throws IOException {
    if (errorCode != 0) {
      throw new IOException("Fetch was answered with " + Errors.forCode(errorCode));
    }
  }
}
