package dev.daybook.eventlog.record;

import java.io.InputStream;
import java.nio.ByteBuffer;

/// A buffer's remaining bytes as a stream, for codecs that know only those.
final class BufferInputStream extends InputStream {
  private final ByteBuffer source;

  BufferInputStream(ByteBuffer source) {
    this.source = source;
  }

  @Override
  public int read() {
    return source.hasRemaining() ? source.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int from, int maxBytes) {
    if (maxBytes == 0) {
      return 0;
    }
    if (!source.hasRemaining()) {
      return -1;
    }
    int bytes = Math.min(maxBytes, source.remaining());
    source.get(target, from, bytes);
    return bytes;
  }

  @Override
  public int available() {
    return source.remaining();
  }
}
