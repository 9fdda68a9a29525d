package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/// What the batches of a sealed segment are, counted by who read them from end to end. The same batches have the same
/// proof, whenever it is made.
///
/// @param sha256 of the batches' bytes, as 64 hexadecimal digits
/// @param oldestMs the earliest time with which a batch begins, -1 when none has one
/// @param youngestMs the latest time of a record, as the batches' headers have it, -1 when none has one
public record ContentProof(
    String sha256, long batches, long records, long oldestMs, long youngestMs) {
  private static final int HASH_BYTES = 32;

  public ContentProof {
    if (sha256.length() != 2 * HASH_BYTES || batches < 0 || records < 0) {
      throw new IllegalArgumentException(
          "No proof: %s of %d batches, %d records".formatted(sha256, batches, records));
    }
  }

  void writeTo(ByteBuffer target) {
    target.put(HexFormat.of().parseHex(sha256));
    target.putLong(batches).putLong(records).putLong(oldestMs).putLong(youngestMs);
  }

  /// Reads what [#writeTo] wrote, of bytes whose checksum was right.
  static ContentProof readFrom(ByteBuffer source) {
    byte[] hash = new byte[HASH_BYTES];
    source.get(hash);
    return new ContentProof(
        HexFormat.of().formatHex(hash),
        source.getLong(),
        source.getLong(),
        source.getLong(),
        source.getLong());
  }

  /// The earlier of two times, of which -1 is none.
  static long older(long oneMs, long otherMs) {
    if (oneMs == RecordBatch.NO_TIMESTAMP || otherMs == RecordBatch.NO_TIMESTAMP) {
      return Math.max(oneMs, otherMs);
    }
    return Math.min(oneMs, otherMs);
  }
}
