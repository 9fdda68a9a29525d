package dev.daybook.eventlog.protocol;

import dev.daybook.eventlog.partition.Slice;
import java.nio.ByteBuffer;
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
