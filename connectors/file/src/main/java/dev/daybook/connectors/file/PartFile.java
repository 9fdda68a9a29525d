package dev.daybook.connectors.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.TopicPartition;

/// An object being written. It does not exist for readers until `finish`, and not at all if the process dies before.
final class PartFile {
  private final TargetFolder folder;
  private final TopicPartition partition;
  private final long firstOffset;
  private final Path path;
  private final FileChannel channel;
  private final long openedNanos = System.nanoTime();
  private int records;
  private long bytes;

  PartFile(TargetFolder folder, TopicPartition partition, long firstOffset) throws IOException {
    this.folder = folder;
    this.partition = partition;
    this.firstOffset = firstOffset;
    this.path = folder.newPart(partition, firstOffset);
    this.channel = folder.open(path);
  }

  void append(ByteBuffer lines, int count) throws IOException {
    bytes += lines.remaining();
    records += count;
    while (lines.hasRemaining()) {
      channel.write(lines);
    }
  }

  long firstOffset() {
    return firstOffset;
  }

  int records() {
    return records;
  }

  long bytes() {
    return bytes;
  }

  long ageNanos() {
    return System.nanoTime() - openedNanos;
  }

  /// Forces the bytes, then gives them their name, then forces the name.
  void finish() throws IOException {
    channel.force(true);
    channel.close();
    folder.finish(path, partition, firstOffset);
  }

  void discard() throws IOException {
    channel.close();
    Files.deleteIfExists(path);
  }
}
