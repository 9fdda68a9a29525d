package dev.daybook.connectors.file;

import dev.daybook.connectors.file.LineSplitter.Line;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One file being followed: an open channel to its inode, wherever its name goes. Owned by the task's thread.
final class TailedFile implements Closeable {
  private static final int CHUNK_BYTES = 64 * 1024;

  final String inode;
  private final FileChannel channel;
  private final int maxLineBytes;
  private final long createdMs;
  private final Deque<Line> ready = new ArrayDeque<>();
  private LineSplitter splitter;
  private Fingerprint fingerprint;
  private String name;
  private boolean rotated;
  private boolean truncated;
  private long quietSinceNanos = System.nanoTime();

  TailedFile(SourceFolder.Entry entry, FileChannel channel, long position, int maxLineBytes)
      throws IOException {
    this.inode = entry.inode();
    this.name = entry.name();
    this.createdMs = entry.createdMs();
    this.channel = channel;
    this.maxLineBytes = maxLineBytes;
    this.splitter = new LineSplitter(position, maxLineBytes);
    this.fingerprint = Fingerprint.of(channel, position);
  }

  String name() {
    return name;
  }

  void seenAs(String newName, boolean stillMatches) {
    name = newName;
    rotated = !stillMatches;
  }

  void gone() {
    rotated = true;
  }

  boolean isRotated() {
    return rotated;
  }

  boolean isTruncated() {
    return truncated;
  }

  Fingerprint fingerprint() {
    return fingerprint;
  }

  /// Behind the last line that was handed out or waits to be.
  long position() {
    return splitter.linePosition();
  }

  /// The next complete line, or null if there is none now. Reads ahead at most one chunk.
  @Nullable Line next() throws IOException {
    while (ready.isEmpty() && !truncated && readChunk()) {}
    return ready.poll();
  }

  /// Reads what is new; returns whether there was anything. Bytes count only if the head of the file is still the same
  /// after they were read: else the file was cut and written anew under our eyes.
  private boolean readChunk() throws IOException {
    if (channel.size() < splitter.readPosition() || !fingerprint.matches(channel)) {
      truncated = true;
      return false;
    }
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    int read = channel.read(chunk, splitter.readPosition());
    if (read <= 0) {
      return false;
    }
    long end = splitter.readPosition() + read;
    Fingerprint longer = fingerprint.isFull() ? fingerprint : Fingerprint.of(channel, end);
    if (!fingerprint.matches(channel) || channel.size() < end) {
      truncated = true;
      return false;
    }
    fingerprint = longer;
    ready.addAll(splitter.add(chunk.array(), read));
    quietSinceNanos = System.nanoTime();
    return true;
  }

  /// The last line of a file that is finished, if no line break ends it.
  @Nullable Line rest() {
    return splitter.hasPartialLine() ? splitter.takePartialLine() : null;
  }

  boolean isQuietFor(long nanos) {
    return System.nanoTime() - quietSinceNanos >= nanos;
  }

  /// Starts over at the beginning of what was written after a truncation.
  void restart() {
    splitter = new LineSplitter(0, maxLineBytes);
    fingerprint = Fingerprint.EMPTY;
    truncated = false;
  }

  /// What the worker stores with a line, to go on behind it.
  Map<String, Object> offsetBehind(Line line) {
    return Map.of(
        "position", line.end(), "fingerprint", fingerprint.toString(), "created", createdMs);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
