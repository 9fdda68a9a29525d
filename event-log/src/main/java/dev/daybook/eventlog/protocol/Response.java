package dev.daybook.eventlog.protocol;

import dev.daybook.eventlog.partition.Slice;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;

/// One response frame, ready for the wire, in the order of its parts. Must be written or closed: it may keep
/// files open.
public record Response(List<Part> parts) implements AutoCloseable {
  public Response {
    parts = List.copyOf(parts);
  }

  public long sizeBytes() {
    return parts.stream().mapToLong(Part::sizeBytes).sum();
  }

  /// What of it was encoded and lies in memory for nobody else.
  public long encodedBytes() {
    return encodedBytes(parts);
  }

  /// Likewise, of some parts.
  public static long encodedBytes(Collection<Part> parts) {
    long bytes = 0;
    for (Part part : parts) {
      if (part instanceof Part.Encoded encoded) {
        bytes += encoded.sizeBytes();
      }
    }
    return bytes;
  }

  @Override
  public void close() {
    parts.forEach(Part::close);
  }

  /// A run of bytes.
  public sealed interface Part extends AutoCloseable {
    int sizeBytes();

    @Override
    void close();

    /// What was encoded for this response.
    record Encoded(ByteBuffer bytes) implements Part {
      @Override
      public int sizeBytes() {
        return bytes.remaining();
      }

      @Override
      public void close() {}
    }

    /// Batches of the log.
    record Batches(Slice slice) implements Part {
      @Override
      public int sizeBytes() {
        return slice.sizeBytes();
      }

      @Override
      public void close() {
        slice.close();
      }
    }
  }
}
