package dev.daybook.eventlog.labs;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What a record of the labs says of itself, so that a reader can tell a lost, torn, doubled or strayed one from the
/// value alone, whatever the log says about it.
///
/// ```text
///  0  4  topic's tag              16  4  index in the batch
///  4  4  producer                 20  4  length in bytes, all in all
///  8  4  batch of that producer   24  n  filler, each byte follows from the numbers above
/// 12  4  records of the batch     24+n 4 CRC32C of all before it
/// ```
///
/// @param topicTag of the topic it was sent to
/// @param producer who sent it
/// @param batch number among the producer's batches for that partition
/// @param count records of that batch
/// @param index among them
record Payload(int topicTag, int producer, int batch, int count, int index) {
  private static final int FILLER_AT = 24;
  private static final int MIN_BYTES = FILLER_AT + Integer.BYTES;

  static int tagOf(String topic) {
    return topic.hashCode();
  }

  BatchId batchId(LogId log) {
    return new BatchId(log, producer, batch);
  }

  ByteBuffer encode(int fillerBytes) {
    ByteBuffer bytes = ByteBuffer.allocate(MIN_BYTES + fillerBytes);
    bytes.putInt(topicTag).putInt(producer).putInt(batch).putInt(count).putInt(index);
    bytes.putInt(bytes.capacity());
    int value = hashCode();
    while (bytes.remaining() > Integer.BYTES) {
      bytes.put((byte) value);
      value = value * 1_103_515_245 + 12_345;
    }
    return bytes.putInt(crcOf(bytes)).flip();
  }

  /// Reads a value.
  ///
  /// @return null when the bytes are not those that somebody sent
  static @Nullable Payload decode(ByteBuffer value) {
    ByteBuffer bytes = value.slice();
    int end = bytes.limit() - Integer.BYTES;
    if (end < FILLER_AT
        || bytes.getInt(20) != bytes.limit()
        || bytes.getInt(end) != crcOf(bytes.position(end))) {
      return null;
    }
    return new Payload(
        bytes.getInt(0), bytes.getInt(4), bytes.getInt(8), bytes.getInt(12), bytes.getInt(16));
  }

  private static int crcOf(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, bytes.position()));
    return (int) crc.getValue();
  }
}
