package dev.daybook.eventlog.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Some buffers as one run of bytes, from which pieces are cut without a copy.
final class GatheredBytes {
  private final ByteBuffer[] sources;
  private int first;

  GatheredBytes(ByteBuffer[] sources) {
    this.sources = sources;
  }

  /// Windows on the next so many bytes, which are consumed.
  List<ByteBuffer> take(long bytes) {
    List<ByteBuffer> taken = new ArrayList<>();
    long left = bytes;
    while (left > 0) {
      ByteBuffer source = sources[first];
      int count = (int) Math.min(left, source.remaining());
      if (count == 0) {
        first++;
        continue;
      }
      taken.add(source.slice(source.position(), count));
      source.position(source.position() + count);
      left -= count;
    }
    return taken;
  }
}
