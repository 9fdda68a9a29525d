package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.EmptyBatch;
import dev.daybook.eventlog.record.KeptRecords;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What stays of each batch of a compacted log. They are asked for every batch from the log's first segment on, in order.
///
/// - Of the records below `limit` that have the same key, the last one stays; one without a key goes.
/// - Records of aborted transactions go.
/// - A tombstone (a record without a value) that is its key's last record stays until its *delete horizon*, which it gets
///   from the compaction that finds it first: by then nothing older of its key is left, and a consumer had time to see it.
/// - A transaction's marker stays while a batch of the transaction does; then until a delete horizon, like a tombstone.
/// - A producer's last batch stays, without records if none of them does; a marker stays whole, for it tells the epoch.
///
/// Used by one thread, for one compaction.
final class CleaningRules {
  private final KeyOffsets keys;
  private final TransactionScan transactions;
  private final ProducerEnds producers;
  private final long startOffset;
  private final long limit;
  private final long nowMs;
  private final long horizonMs;

  /// Producers of which a transactional batch was met, and no marker since.
  private final Set<Long> met = new HashSet<>();

  private long nextHorizonMs = Long.MAX_VALUE;
  private long records;
  private long dropped;

  /// @param startOffset of the log: below it nobody reads
  /// @param limit the offset from which on everything stays as it is
  /// @param horizonMs until when a tombstone stays that is found now
  CleaningRules(
      KeyOffsets keys,
      TransactionScan transactions,
      ProducerEnds producers,
      long startOffset,
      long limit,
      long nowMs,
      long horizonMs) {
    this.keys = keys;
    this.transactions = transactions;
    this.producers = producers;
    this.startOffset = startOffset;
    this.limit = limit;
    this.nowMs = nowMs;
    this.horizonMs = horizonMs;
  }

  /// What stays of a whole batch: the same bytes, others, or null for nothing but its offsets.
  ///
  /// @param cleaned whether an earlier compaction wrote it: only then is a delete horizon to be believed
  @Nullable ByteBuffer of(RecordBatch batch, boolean cleaned) throws IOException {
    if (batch.isControl()) {
      return ofMarker(batch, cleaned);
    }
    if (batch.isTransactional()) {
      met.add(batch.producerId());
    }
    return batch.baseOffset() >= limit ? batch.bytes() : ofRecords(batch, cleaned);
  }

  /// When the first tombstone or marker may go that stays for now.
  long nextHorizonMs() {
    return nextHorizonMs;
  }

  long records() {
    return records;
  }

  long dropped() {
    return dropped;
  }

  private @Nullable ByteBuffer ofMarker(RecordBatch marker, boolean cleaned) throws IOException {
    boolean transactionIsMet = met.remove(marker.producerId());
    if (marker.baseOffset() >= limit || transactionIsMet) {
      return marker.bytes();
    }
    OptionalLong horizon = horizonOf(marker, cleaned);
    if (marker.isEmpty() || marker.lastOffset() < startOffset || isOver(horizon)) {
      return producers.isLast(marker) ? marker.bytes() : null;
    }
    return horizon.isPresent()
        ? kept(marker.bytes(), horizon.getAsLong())
        : kept(KeptRecords.of(marker, record -> true).build(OptionalLong.of(horizonMs)), horizonMs);
  }

  private @Nullable ByteBuffer ofRecords(RecordBatch batch, boolean cleaned) throws IOException {
    records += batch.recordCount();
    if (batch.isEmpty() || batch.lastOffset() < startOffset || isAborted(batch)) {
      dropped += batch.recordCount();
      return withoutRecords(batch);
    }
    OptionalLong horizon = horizonOf(batch, cleaned);
    boolean tombstonesGo = isOver(horizon);
    KeptRecords kept =
        KeptRecords.of(batch, record -> stays(record) && !(tombstonesGo && isTombstone(record)));
    dropped += batch.recordCount() - kept.count();
    if (kept.count() == 0) {
      return withoutRecords(batch);
    }
    if (kept.holdsTombstone() && horizon.isEmpty()) {
      return kept(kept.build(OptionalLong.of(horizonMs)), horizonMs);
    }
    if (kept.holdsTombstone()) {
      nextHorizonMs = Math.min(nextHorizonMs, horizon.getAsLong());
    }
    return kept.isAll() ? batch.bytes() : kept.build(OptionalLong.empty());
  }

  private boolean isAborted(RecordBatch batch) {
    return batch.isTransactional() && transactions.isAborted(batch);
  }

  /// The last of its key, as far as is known.
  private boolean stays(LogRecord record) {
    ByteBuffer key = record.key();
    return record.offset() >= limit || (key != null && keys.get(key) <= record.offset());
  }

  private boolean isTombstone(LogRecord record) {
    return record.value() == null && record.offset() < limit;
  }

  private @Nullable ByteBuffer withoutRecords(RecordBatch batch) {
    if (batch.producerId() < 0 || !producers.isLast(batch)) {
      return null;
    }
    return batch.isEmpty() ? batch.bytes() : EmptyBatch.of(batch);
  }

  private ByteBuffer kept(ByteBuffer batch, long untilMs) {
    nextHorizonMs = Math.min(nextHorizonMs, untilMs);
    return batch;
  }

  private boolean isOver(OptionalLong horizon) {
    return horizon.isPresent() && horizon.getAsLong() <= nowMs;
  }

  private static OptionalLong horizonOf(RecordBatch batch, boolean cleaned) {
    return cleaned ? batch.deleteHorizonMs() : OptionalLong.empty();
  }
}
