package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.RecordBatch;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Counts and hashes a segment's batches, one after the other, for its [ContentProof]. Used by one thread.
final class ContentDigest {
  private final MessageDigest hash = sha256();
  private long batches;
  private long records;
  private long oldestMs = RecordBatch.NO_TIMESTAMP;
  private long youngestMs = RecordBatch.NO_TIMESTAMP;

  void take(RecordBatch batch) {
    hash.update(batch.bytes());
    batches++;
    records += batch.recordCount();
    boolean baseIsATime = batch.deleteHorizonMs().isEmpty();
    oldestMs =
        ContentProof.older(
            oldestMs, baseIsATime ? batch.baseTimestampMs() : batch.maxTimestampMs());
    youngestMs = Math.max(youngestMs, batch.maxTimestampMs());
  }

  /// What was taken. Ends the hash: to be called once.
  ContentProof proof() {
    return new ContentProof(
        HexFormat.of().formatHex(hash.digest()), batches, records, oldestMs, youngestMs);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
