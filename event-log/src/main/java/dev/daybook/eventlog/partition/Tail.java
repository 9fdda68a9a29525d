package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// The batches at a partition's end that no segment holds yet, by base offset. The appender adds, the
/// segment writer drops what it has written, readers look from any thread.
final class Tail {
  private final ConcurrentNavigableMap<Long, ByteBuffer> batches = new ConcurrentSkipListMap<>();

  /// Adds a batch; nobody may read it before the high watermark has passed it.
  void add(long baseOffset, ByteBuffer batch) {
    batches.put(baseOffset, batch.asReadOnlyBuffer());
  }

  /// Drops the batches below this offset: a segment serves them now.
  void dropBelow(long offset) {
    batches.headMap(offset).clear();
  }

  /// The batches from the one that contains `offset` up to the high watermark, at least one, then no more
  /// than `maxBytes` in all; null when the first of them is not here any more.
  @Nullable List<Slice> read(long offset, int maxBytes, long highWatermark) {
    Map.Entry<Long, ByteBuffer> first = batches.floorEntry(offset);
    if (first == null || nextOffset(first) <= offset) {
      return null;
    }
    List<Slice> found = new ArrayList<>();
    int size = 0;
    long next = first.getKey();
    // The segment writer drops batches while we look: what is held is good, but a gap ends the run.
    Map.Entry<Long, ByteBuffer> entry = first;
    while (entry != null && entry.getKey() == next && next < highWatermark) {
      int bytes = entry.getValue().remaining();
      if (!found.isEmpty() && size + bytes > maxBytes) {
        break;
      }
      found.add(new Slice.Memory(entry.getValue().duplicate()));
      size += bytes;
      next = nextOffset(entry);
      entry = batches.higherEntry(entry.getKey());
    }
    return found;
  }

  private static long nextOffset(Map.Entry<Long, ByteBuffer> entry) {
    return RecordBatch.at(entry.getValue(), entry.getValue().position()).nextOffset();
  }
}
