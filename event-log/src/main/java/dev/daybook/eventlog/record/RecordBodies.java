package dev.daybook.eventlog.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/// The bodies of a batch's records, each without its length, taken from where the batch keeps them.
sealed interface RecordBodies extends AutoCloseable {
  /// The next body, in a buffer of its own or a window on the batch.
  ByteBuffer next() throws IOException;

  /// Makes sure that all was read.
  ///
  /// @throws MalformedRecordsException when something stands behind the last body
  void expectEnd() throws IOException;

  @Override
  void close();

  /// Records as they lie in the batch.
  record Plain(ByteBuffer records) implements RecordBodies {
    @Override
    public ByteBuffer next() throws MalformedRecordsException {
      int lengthBytes = Varint.readInt(records);
      if (lengthBytes < 0 || lengthBytes > records.remaining()) {
        throw runsOver(lengthBytes, records.remaining());
      }
      ByteBuffer body = records.slice(records.position(), lengthBytes);
      records.position(records.position() + lengthBytes);
      return body;
    }

    @Override
    public void expectEnd() throws MalformedRecordsException {
      if (records.hasRemaining()) {
        throw goesOn();
      }
    }

    @Override
    public void close() {}
  }

  /// Records that are unpacked while they are read.
  record Packed(InputStream records) implements RecordBodies {
    @Override
    public ByteBuffer next() throws IOException {
      int lengthBytes = Varint.readInt(records);
      if (lengthBytes < 0) {
        throw runsOver(lengthBytes, 0);
      }
      // Grows with what comes, not with what is claimed.
      byte[] body = records.readNBytes(lengthBytes);
      if (body.length < lengthBytes) {
        throw runsOver(lengthBytes, body.length);
      }
      return ByteBuffer.wrap(body);
    }

    @Override
    public void expectEnd() throws IOException {
      if (records.read() >= 0) {
        throw goesOn();
      }
    }

    @Override
    public void close() {
      try {
        records.close();
      } catch (IOException e) {
        // Closing a stream over memory does no input or output.
        throw new UncheckedIOException(e);
      }
    }
  }

  private static MalformedRecordsException runsOver(int claimedBytes, int leftBytes) {
    return new MalformedRecordsException(
        "A record claims %d bytes where %d are left".formatted(claimedBytes, leftBytes));
  }

  private static MalformedRecordsException goesOn() {
    return new MalformedRecordsException("The batch holds more records than it counts");
  }
}
