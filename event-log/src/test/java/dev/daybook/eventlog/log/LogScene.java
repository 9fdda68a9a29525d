package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A partition's log in a folder, beside the model that it must equal.
final class LogScene {
  static final PartitionId ID = new PartitionId(0, new TopicId(7, 7), 0);

  final Disk disk;
  final Path directory;
  final Path quarantine;
  final SegmentPolicy policy;
  final ModelLog model;
  PartitionLog log;

  LogScene(Disk disk, Path folder, long seed, int indexIntervalBytes) {
    this(disk, folder, new ModelLog(seed), new SegmentPolicy(indexIntervalBytes));
  }

  LogScene(Disk disk, Path folder, ModelLog model, SegmentPolicy policy) {
    this.disk = disk;
    this.directory = folder.resolve(ID.directoryName());
    this.quarantine = folder.resolve("quarantine");
    this.policy = policy;
    this.model = model;
    this.log = PartitionLog.create(disk, directory, ID);
  }

  void append(int runs) throws IOException {
    for (int i = 0; i < runs; i++) {
      List<ByteBuffer> run = model.nextRun();
      log.append(model.nextOffset(), run, policy, RunWay.PAST_CACHE);
      model.append(run);
    }
  }

  void roll() throws IOException {
    log.roll(log.nextOffset());
    model.roll();
  }

  /// Forces, closes and opens again where the log stood.
  void restart() throws IOException {
    LogEnd end = log.end();
    log.force();
    log.close();
    open(end);
  }

  /// Opens again where a mark says, as after a kill, and ends the recovery.
  void restartAt(LogEnd mark) throws IOException {
    log.close();
    open(mark);
    log.cutBehindEnd();
  }

  void open(LogEnd end) throws IOException {
    log = PartitionLog.open(disk, directory, ID, end, quarantine);
  }

  Path file(long baseOffset, String suffix) {
    return directory.resolve("%020d%s".formatted(baseOffset, suffix));
  }

  void assertSameReads() throws IOException {
    for (long offset = 0; offset <= model.nextOffset(); offset++) {
      assertSameRead(offset, 1 + (int) (offset * 37 % 2_000));
    }
    assertEquals(model.nextOffset(), log.nextOffset());
  }

  void assertSameRead(long offset, int maxBytes) throws IOException {
    assertEquals(
        model.read(offset, maxBytes),
        read(offset, maxBytes),
        () -> "offset " + offset + ", maxBytes " + maxBytes);
  }

  void assertSameTimes() throws IOException {
    assertEquals(model.maxTimestamp(), log.maxTimestamp(0));
    for (long timestampMs = -1; timestampMs < 2_000 + model.nextOffset() * 10; timestampMs += 13) {
      long asked = timestampMs;
      assertEquals(
          model.offsetForTimestamp(asked), log.offsetForTimestamp(asked, 0), () -> "time " + asked);
    }
  }

  Optional<ByteBuffer> read(long offset, int maxBytes) throws IOException {
    Optional<FileSlice> slice = log.read(offset, maxBytes);
    return slice.isEmpty() ? Optional.empty() : Optional.of(bytes(slice.get()));
  }

  static ByteBuffer bytes(FileSlice slice) throws IOException {
    try (slice) {
      ByteBuffer bytes = ByteBuffer.allocate(slice.length());
      slice.file().read(bytes, slice.position());
      return bytes.flip();
    }
  }
}
