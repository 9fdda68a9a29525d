package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/// What stands behind the batches of a sealed segment, as the package's description draws it: the seal, written when
/// the segment is sealed, says how far the batches go; the proof, written later in the background, says what they are.
///
/// @param contentBytes the size of the batches, and where in the file the footer begins
/// @param proof empty while nobody has read the batches to the end, or when it was torn or damaged
public record SegmentFooter(
    PartitionId partition,
    long baseOffset,
    long nextOffset,
    long contentBytes,
    Optional<ContentProof> proof) {
  /// The size of every footer.
  public static final int BYTES = 128;

  /// The size of the seal alone.
  static final int SEAL_BYTES = 60;

  private static final int MAGIC = 0x44425346; // DBSF
  private static final short FORMAT = 1;
  private static final int BASE_OFFSET_AT = 32;
  private static final int NEXT_OFFSET_AT = 40;
  private static final int CONTENT_BYTES_AT = 48;
  private static final int SEAL_CRC_AT = 56;
  private static final int PROOF_CRC_AT = 124;

  /// This footer with what the batches were found to be.
  SegmentFooter with(ContentProof content) {
    return new SegmentFooter(partition, baseOffset, nextOffset, contentBytes, Optional.of(content));
  }

  /// Whether both say the same of where a segment ends. Whose segment it is is asked by who verifies it.
  boolean endsLike(SegmentFooter other) {
    return baseOffset == other.baseOffset
        && nextOffset == other.nextOffset
        && contentBytes == other.contentBytes;
  }

  ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putInt(MAGIC).putShort(FORMAT).putShort((short) 0).putInt(partition.shard());
    bytes.putLong(partition.topic().mostSignificantBits());
    bytes.putLong(partition.topic().leastSignificantBits());
    bytes.putInt(partition.index());
    bytes.putLong(baseOffset).putLong(nextOffset).putLong(contentBytes);
    bytes.putInt(crcOf(bytes, 0, SEAL_CRC_AT));
    if (proof.isPresent()) {
      proof.get().writeTo(bytes);
      bytes.putInt(PROOF_CRC_AT, crcOf(bytes, SEAL_CRC_AT, PROOF_CRC_AT));
    }
    return bytes.rewind();
  }

  /// Reads a footer.
  ///
  /// @return empty when there is no whole seal; a footer without a proof when only the proof is not whole
  static Optional<SegmentFooter> decode(ByteBuffer bytes) {
    if (bytes.limit() < BYTES
        || bytes.getInt(0) != MAGIC
        || bytes.getShort(4) != FORMAT
        || bytes.getInt(SEAL_CRC_AT) != crcOf(bytes, 0, SEAL_CRC_AT)) {
      return Optional.empty();
    }
    TopicId topic = new TopicId(bytes.getLong(12), bytes.getLong(20));
    boolean proven = bytes.getInt(PROOF_CRC_AT) == crcOf(bytes, SEAL_CRC_AT, PROOF_CRC_AT);
    return Optional.of(
        new SegmentFooter(
            new PartitionId(bytes.getInt(8), topic, bytes.getInt(28)),
            bytes.getLong(BASE_OFFSET_AT),
            bytes.getLong(NEXT_OFFSET_AT),
            bytes.getLong(CONTENT_BYTES_AT),
            proven
                ? Optional.of(ContentProof.readFrom(bytes.duplicate().position(SEAL_BYTES)))
                : Optional.empty()));
  }

  /// Whether these bytes were to become this footer: whatever of it a crash has left, and zeros where it has not.
  boolean mayHaveLeft(ByteBuffer bytes) {
    if (bytes.remaining() > BYTES) {
      return false;
    }
    ByteBuffer meant = encode();
    for (int i = 0; i < Math.min(bytes.remaining(), SEAL_BYTES); i++) {
      byte found = bytes.get(bytes.position() + i);
      if (found != 0 && found != meant.get(i)) {
        return false;
      }
    }
    return true;
  }

  /// Whether this is a footer that was damaged: two of what tells it agree.
  boolean resembles(ByteBuffer bytes) {
    int agreeing = bytes.getInt(0) == MAGIC ? 1 : 0;
    agreeing += bytes.getLong(BASE_OFFSET_AT) == baseOffset ? 1 : 0;
    agreeing += bytes.getLong(NEXT_OFFSET_AT) == nextOffset ? 1 : 0;
    agreeing += bytes.getLong(CONTENT_BYTES_AT) == contentBytes ? 1 : 0;
    return agreeing >= 2;
  }

  private static int crcOf(ByteBuffer bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, to - from));
    return (int) crc.getValue();
  }
}
