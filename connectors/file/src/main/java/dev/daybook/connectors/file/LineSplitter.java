package dev.daybook.connectors.file;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Cuts bytes into lines at `\n`, keeping what follows the last one. Knows the position in the file behind each line,
/// so that going on there neither tears nor repeats one.
final class LineSplitter {
  /// A line without its break, and the position behind the break. `tooLong`: the bytes are only its beginning.
  record Line(ByteBuffer bytes, long end, boolean tooLong) {
    ByteBuffer withoutReturn() {
      int length = bytes.limit();
      boolean ended = length > 0 && bytes.get(length - 1) == '\r';
      return bytes.slice(0, ended ? length - 1 : length);
    }
  }

  private final int maxLineBytes;
  private byte[] pending = new byte[0];
  private boolean discarding;
  private long position;
  private long lineStart;

  LineSplitter(long position, int maxLineBytes) {
    this.position = position;
    this.lineStart = position;
    this.maxLineBytes = maxLineBytes;
  }

  /// Where the next bytes are to be read.
  long readPosition() {
    return position;
  }

  /// Behind the last complete line.
  long linePosition() {
    return lineStart;
  }

  boolean hasPartialLine() {
    return pending.length > 0;
  }

  List<Line> add(byte[] bytes, int length) {
    List<Line> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        complete(bytes, start, i, lines);
        start = i + 1;
      }
    }
    keep(bytes, start, length);
    position += length;
    return lines;
  }

  private void complete(byte[] bytes, int start, int end, List<Line> lines) {
    long behind = position + end + 1;
    byte[] line = join(bytes, start, end);
    boolean tooLong = discarding || line.length > maxLineBytes;
    byte[] kept = tooLong ? Arrays.copyOf(line, Math.min(line.length, 80)) : line;
    lines.add(new Line(ByteBuffer.wrap(kept), behind, tooLong));
    pending = new byte[0];
    discarding = false;
    lineStart = behind;
  }

  /// Of a line that is too long already, only the beginning is kept in memory.
  private void keep(byte[] bytes, int start, int end) {
    if (discarding) {
      return;
    }
    pending = join(bytes, start, end);
    discarding = pending.length > maxLineBytes + 1;
  }

  private byte[] join(byte[] bytes, int start, int end) {
    if (discarding) {
      return pending;
    }
    byte[] joined = Arrays.copyOf(pending, pending.length + end - start);
    System.arraycopy(bytes, start, joined, pending.length, end - start);
    return joined;
  }

  /// The rest of a file that will not grow any more, though no line break ends it.
  Line takePartialLine() {
    Line line =
        new Line(ByteBuffer.wrap(pending), position, discarding || pending.length > maxLineBytes);
    pending = new byte[0];
    discarding = false;
    lineStart = position;
    return line;
  }
}
