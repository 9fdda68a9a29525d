package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordReader;
import dev.daybook.eventlog.record.TransactionMarker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What somebody finds in a partition who reads all batches and markers up to the high watermark: which values are
/// committed, which are aborted, which are neither yet.
final class TransactionView {
  final Set<String> committed = new HashSet<>();
  final Set<String> aborted = new HashSet<>();
  final Set<String> open = new HashSet<>();

  private final Map<Long, List<String>> pending = new HashMap<>();
  private final Map<Long, Long> firstOffsets = new HashMap<>();

  static TransactionView of(Partition partition) throws IOException {
    TransactionView view = new TransactionView();
    long offset = partition.logStartOffset();
    while (offset < partition.highWatermark()) {
      try (ReadResult.Batches batches =
          (ReadResult.Batches) partition.read(offset, Integer.MAX_VALUE)) {
        for (Slice slice : batches.slices()) {
          offset = view.read(slice.read());
        }
      }
    }
    view.pending.values().forEach(view.open::addAll);
    long stable =
        view.firstOffsets.values().stream().min(Long::compare).orElse(partition.highWatermark());
    assertEquals(
        stable, partition.lastStableOffset(), () -> "the stable offset of " + partition.id());
    return view;
  }

  private long read(ByteBuffer bytes) throws IOException {
    long next = 0;
    for (int at = bytes.position(); at < bytes.limit(); ) {
      RecordBatch batch = RecordBatch.at(bytes, at);
      if (batch.isControl()) {
        end(TransactionMarker.of(batch).orElseThrow());
      } else {
        take(batch);
      }
      next = batch.nextOffset();
      at += batch.sizeBytes();
    }
    return next;
  }

  private void take(RecordBatch batch) throws IOException {
    firstOffsets.putIfAbsent(batch.producerId(), batch.baseOffset());
    for (LogRecord record : RecordReader.read(batch)) {
      pending
          .computeIfAbsent(batch.producerId(), id -> new ArrayList<>())
          .add(StandardCharsets.UTF_8.decode(record.requireValue()).toString());
    }
  }

  private void end(TransactionMarker marker) {
    firstOffsets.remove(marker.producerId());
    List<String> values = pending.remove(marker.producerId());
    if (values != null) {
      (marker.commit() ? committed : aborted).addAll(values);
    }
  }
}
