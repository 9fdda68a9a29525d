package dev.daybook.eventlog.record;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A stream that fails instead of giving more than it may: an unpacked bomb ends here.
final class CappedInputStream extends FilterInputStream {
  private final long maxBytes;
  private long readBytes;

  CappedInputStream(InputStream source, long maxBytes) {
    super(source);
    this.maxBytes = maxBytes;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    int bytes = super.read(target, from, length);
    count(Math.max(bytes, 0));
    return bytes;
  }

  @Override
  public long skip(long bytes) throws IOException {
    throw new UnsupportedOperationException("Bytes that are skipped would not be counted");
  }

  private void count(int bytes) throws IOException {
    readBytes += bytes;
    if (readBytes > maxBytes) {
      throw new IOException("The records unpack to more than " + maxBytes + " bytes");
    }
  }
}
