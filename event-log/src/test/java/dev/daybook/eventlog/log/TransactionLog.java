package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.RecordReader;
import dev.daybook.eventlog.record.TopicId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A partition's log with transactional batches in it, which a test compacts.
final class TransactionLog {
  static final long GRACE_MS = 1_000;

  private static final PartitionId ID = new PartitionId(0, new TopicId(7, 7), 0);
  private static final short ABORT = 0;
  private static final short COMMIT = 1;

  final Disk disk = new SimulatedDisk(1);
  final PartitionLog log;
  long nowMs = 1_000_000;
  long cleanedUpTo;
  ProducerEnds producers = batch -> false;
  private final Map<Long, Integer> sequences = new HashMap<>();

  TransactionLog() throws IOException {
    disk.createDirectories(Path.of("/cleaning"));
    log = PartitionLog.create(disk, Path.of("/log"), ID);
  }

  /// One record of a transaction.
  long put(long producer, String key, @Nullable String value) throws IOException {
    int sequence = sequences.merge(producer, 1, Integer::sum) - 1;
    return append(
        builder(producer, sequence).append(nowMs, bytes(key), value == null ? null : bytes(value)));
  }

  long commit(long producer) throws IOException {
    return mark(producer, COMMIT);
  }

  long abort(long producer) throws IOException {
    return mark(producer, ABORT);
  }

  private long mark(long producer, short kind) throws IOException {
    ByteBuffer key = ByteBuffer.allocate(4).putShort((short) 0).putShort(kind).flip();
    ByteBuffer value = ByteBuffer.allocate(6).putShort((short) 0).putInt(0).flip();
    return append(builder(producer, -1).control().append(nowMs, key, value));
  }

  private RecordBatchBuilder builder(long producer, int sequence) {
    return RecordBatchBuilder.uncompressed()
        .at(log.nextOffset(), 0)
        .producer(producer, (short) 0, sequence)
        .transactional();
  }

  private long append(RecordBatchBuilder batch) throws IOException {
    long offset = log.nextOffset();
    log.append(offset, List.of(batch.build()), SegmentPolicy.DEFAULT, RunWay.PAST_CACHE);
    return offset;
  }

  /// Seals what there is and compacts it.
  CompactionResult compact() throws IOException {
    log.roll(log.nextOffset());
    log.force();
    log.checkpointed(log.end());
    CompactionPolicy policy = new CompactionPolicy(1 << 20, 4096, GRACE_MS, 0, Long.MAX_VALUE, 0);
    try (Compaction compaction =
        log.compact(
            new CompactionRequest(
                cleanedUpTo,
                policy,
                producers,
                Path.of("/cleaning/segment"),
                64 << 10,
                nowMs,
                nowMs))) {
      while (compaction.result().isEmpty()) {
        compaction.step(200);
        if (compaction.ready().isPresent()) {
          Replacement replacement = compaction.ready().get();
          replacement.giveName();
          replacement.show();
          compaction.replaced();
          replacement.unlinkSources();
        }
      }
      CompactionResult result = compaction.result().get();
      cleanedUpTo = result.cleanedUpTo();
      return result;
    }
  }

  /// The next batch begins a new segment.
  void roll() throws IOException {
    log.roll(log.nextOffset());
    log.force();
  }

  /// What a check of the closed log would find.
  LogFindings check() throws IOException {
    log.force();
    return LogCheck.run(disk, Path.of("/log"), ID, log.end(), null);
  }

  /// All records there are, as `offset:key=value`; markers as `offset:commit` and `offset:abort`.
  List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    log.forEachBatch(
        0,
        batch -> {
          for (LogRecord record : RecordReader.read(batch)) {
            lines.add(record.offset() + ":" + text(batch, record));
          }
        });
    return lines;
  }

  /// Where the first transaction begins that a reader of the whole log finds open.
  long openFrom() throws IOException {
    TransactionScan scan = new TransactionScan();
    log.forEachBatch(0, scan::take);
    return scan.openFrom();
  }

  private static String text(RecordBatch batch, LogRecord record) {
    if (batch.isControl()) {
      return record.key().getShort(2) == ABORT ? "abort" : "commit";
    }
    ByteBuffer value = record.value();
    return StandardCharsets.UTF_8.decode(record.key())
        + "="
        + (value == null ? null : StandardCharsets.UTF_8.decode(value));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
