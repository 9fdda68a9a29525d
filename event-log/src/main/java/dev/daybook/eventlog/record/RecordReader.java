package dev.daybook.eventlog.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads the records of one batch, of any codec, one after the other. The batch was [checked][RecordBatch#check()], its
/// records were not: whatever they hold, reading ends, and what it keeps in memory is bounded by the [OutputCap].
///
/// Of an uncompressed batch nothing is copied. Used by one thread; closed by the one who opened it.
public final class RecordReader implements AutoCloseable {
  private final RecordBatch batch;
  private final RecordBodies bodies;
  private final OutputCap cap;
  private int readCount;
  private int lastOffsetDelta = -1;
  private @Nullable ByteBuffer body;

  private RecordReader(RecordBatch batch, RecordBodies bodies, OutputCap cap) {
    this.batch = batch;
    this.bodies = bodies;
    this.cap = cap;
  }

  /// Opens a batch at its first record.
  public static RecordReader open(RecordBatch batch, OutputCap cap)
      throws MalformedRecordsException {
    Compression compression = batch.compression();
    if (compression == Compression.NONE) {
      return new RecordReader(batch, new RecordBodies.Plain(batch.payload()), cap);
    }
    try {
      InputStream records = compression.unpack(batch.payload(), cap);
      return new RecordReader(batch, new RecordBodies.Packed(records), cap);
    } catch (IOException | RuntimeException e) {
      // Of libraries that look at the first bytes at once, and do not expect these.
      throw new MalformedRecordsException(unreadable(batch, e), e);
    }
  }

  /// All records of a batch that is in the log.
  public static List<LogRecord> read(RecordBatch batch) throws MalformedRecordsException {
    return read(batch, OutputCap.DEFAULT);
  }

  /// All records of a batch.
  ///
  /// @throws MalformedRecordsException also when they would take more memory than the cap allows
  public static List<LogRecord> read(RecordBatch batch, OutputCap cap)
      throws MalformedRecordsException {
    List<LogRecord> records = new ArrayList<>();
    long takenBytes = 0;
    try (RecordReader reader = open(batch, cap)) {
      while (reader.hasNext()) {
        LogRecord record = reader.next();
        takenBytes +=
            OutputCap.RECORD_BYTES + (long) OutputCap.HEADER_BYTES * record.headers().size();
        if (takenBytes > cap.maxBytes()) {
          throw new MalformedRecordsException(
              "%d records with their headers would take more than %d bytes of memory"
                  .formatted(batch.recordCount(), cap.maxBytes()));
        }
        records.add(record);
      }
    }
    return records;
  }

  public boolean hasNext() {
    return readCount < batch.recordCount();
  }

  /// The next record. With the last one it is also known that nothing stands behind it.
  ///
  /// @throws MalformedRecordsException when the bytes are not a record; the reader is of no more use
  public LogRecord next() throws MalformedRecordsException {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      ByteBuffer next = bodies.next();
      body = next;
      LogRecord record = parse(next.duplicate());
      readCount++;
      if (!hasNext()) {
        bodies.expectEnd();
      }
      return record;
    } catch (MalformedRecordsException e) {
      throw e;
    } catch (IOException e) {
      throw new MalformedRecordsException(unreadable(batch, e), e);
    }
  }

  /// The last record's bytes behind its length, as they stand in the batch.
  ByteBuffer body() {
    return Objects.requireNonNull(body, "no record was read yet").duplicate();
  }

  @Override
  public void close() {
    bodies.close();
  }

  private LogRecord parse(ByteBuffer body) throws MalformedRecordsException {
    if (!body.hasRemaining()) {
      throw new MalformedRecordsException("A record is empty");
    }
    body.get(); // attributes: none are defined
    long timestampMs = timestampMs(Varint.readLong(body));
    long offset = offset(Varint.readInt(body));
    ByteBuffer key = readNullable(body, "key");
    ByteBuffer value = readNullable(body, "value");
    List<RecordHeader> headers = readHeaders(body);
    if (body.hasRemaining()) {
      throw new MalformedRecordsException(
          "A record goes on for %d bytes behind its headers".formatted(body.remaining()));
    }
    return new LogRecord(offset, timestampMs, key, value, headers);
  }

  private long timestampMs(long delta) {
    return batch.timestampType() == TimestampType.LOG_APPEND_TIME
        ? batch.maxTimestampMs()
        : batch.baseTimestampMs() + delta;
  }

  private long offset(int delta) throws MalformedRecordsException {
    if (delta <= lastOffsetDelta || delta > batch.lastOffsetDelta()) {
      throw new MalformedRecordsException(
          "A record's offset delta is %d, behind %d and in a batch that ends at %d"
              .formatted(delta, lastOffsetDelta, batch.lastOffsetDelta()));
    }
    lastOffsetDelta = delta;
    return batch.baseOffset() + delta;
  }

  private List<RecordHeader> readHeaders(ByteBuffer body) throws MalformedRecordsException {
    int count = Varint.readInt(body);
    // The smallest header has two bytes, so the count cannot claim more than was sent.
    if (count < 0
        || count > body.remaining() / 2
        || count > cap.maxBytes() / OutputCap.HEADER_BYTES) {
      throw new MalformedRecordsException(
          "A record claims %d headers in %d bytes".formatted(count, body.remaining()));
    }
    if (count == 0) {
      return List.of();
    }
    List<RecordHeader> headers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ByteBuffer key = readNullable(body, "header's key");
      if (key == null) {
        throw new MalformedRecordsException("A header has no key");
      }
      headers.add(
          new RecordHeader(
              StandardCharsets.UTF_8.decode(key).toString(), readNullable(body, "header's value")));
    }
    return headers;
  }

  private static @Nullable ByteBuffer readNullable(ByteBuffer body, String what)
      throws MalformedRecordsException {
    int lengthBytes = Varint.readInt(body);
    if (lengthBytes == -1) {
      return null;
    }
    if (lengthBytes < 0 || lengthBytes > body.remaining()) {
      throw new MalformedRecordsException(
          "A %s claims %d bytes where %d are left".formatted(what, lengthBytes, body.remaining()));
    }
    ByteBuffer bytes = body.slice(body.position(), lengthBytes);
    body.position(body.position() + lengthBytes);
    return bytes;
  }

  private static String unreadable(RecordBatch batch, Exception cause) {
    return "The records of a %s batch cannot be unpacked: %s"
        .formatted(batch.compression(), cause.getMessage());
  }
}
