package dev.daybook.eventlog.record;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A stream that fails instead of giving more than it may: an unpacked bomb ends here. So do the exceptions with which a
/// codec's library answers bytes that it did not expect: here they are an [IOException], like all that is wrong with bytes.
final class CappedInputStream extends FilterInputStream {
  private final long maxBytes;
  private long readBytes;

  CappedInputStream(InputStream source, long maxBytes) {
    super(source);
    this.maxBytes = maxBytes;
  }

  @Override
  public int read() throws IOException {
    int value;
    try {
      value = super.read();
    } catch (RuntimeException e) {
      throw unexpected(e);
    }
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    int bytes;
    try {
      bytes = super.read(target, from, length);
    } catch (RuntimeException e) {
      throw unexpected(e);
    }
    count(Math.max(bytes, 0));
    return bytes;
  }

  @Override
  public long skip(long bytes) throws IOException {
    throw new UnsupportedOperationException("Bytes that are skipped would not be counted");
  }

  private static IOException unexpected(RuntimeException e) {
    return new IOException(String.valueOf(e.getMessage()), e);
  }

  private void count(int bytes) throws IOException {
    readBytes += bytes;
    if (readBytes > maxBytes) {
      throw new IOException("The records unpack to more than " + maxBytes + " bytes");
    }
  }
}
