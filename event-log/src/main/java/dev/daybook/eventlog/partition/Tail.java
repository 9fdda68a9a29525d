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
  private final ConcurrentNavigableMap<Long, Held> batches = new ConcurrentSkipListMap<>();

  /// Adds a batch; nobody may read it before the high watermark has passed it.
  void add(long baseOffset, ByteBuffer batch, Lease lease) {
    long nextOffset = RecordBatch.at(batch, batch.position()).nextOffset();
    batches.put(baseOffset, new Held(batch.asReadOnlyBuffer(), nextOffset, lease));
  }

  /// Drops the batches below this offset: a segment serves them now.
  void dropBelow(long offset) {
    batches.headMap(offset).clear();
  }

  /// The batches from the one that contains `offset` up to the high watermark, at least one, then no more
  /// than `maxBytes` in all; null when the first of them is not here any more. Each slice must be closed.
  @Nullable List<Slice> read(long offset, int maxBytes, long highWatermark) {
    Map.Entry<Long, Held> first = batches.floorEntry(offset);
    if (first == null || first.getValue().nextOffset <= offset) {
      return null;
    }
    List<Slice> found = new ArrayList<>();
    int size = 0;
    long next = first.getKey();
    // The segment writer drops batches while we look: what is held is good, but a gap ends the run.
    Map.Entry<Long, Held> entry = first;
    while (entry != null && entry.getKey() == next && next < highWatermark) {
      Held held = entry.getValue();
      boolean full = !found.isEmpty() && size + held.bytes.remaining() > maxBytes;
      if (full || !held.lease.tryRetain()) {
        break;
      }
      found.add(new Slice.Memory(held.bytes.duplicate(), held.lease));
      size += held.bytes.remaining();
      next = held.nextOffset;
      entry = batches.higherEntry(entry.getKey());
    }
    return found.isEmpty() && next < highWatermark ? null : found;
  }

  /// The offset behind the last of some slices that were read here; 0 when there is none.
  static long nextOffset(List<Slice> slices) {
    return slices.isEmpty() || !(slices.getLast() instanceof Slice.Memory(var bytes, _))
        ? 0
        : RecordBatch.at(bytes, bytes.position()).nextOffset();
  }

  /// A batch, and the memory it lies in: to be looked at only by who has taken a hold.
  private record Held(ByteBuffer bytes, long nextOffset, Lease lease) {}
}
