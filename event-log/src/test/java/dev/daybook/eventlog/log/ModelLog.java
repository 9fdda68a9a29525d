package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.Compression;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.RecordReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// A log as a list in memory: what the real one is compared with. The same seed makes the same log.
final class ModelLog {
  private final Random random;
  private final List<Segment> segments = new ArrayList<>();
  private final List<LogRecord> records = new ArrayList<>();

  ModelLog(long seed) {
    this.random = new Random(seed);
    segments.add(new Segment(0, new ArrayList<>()));
  }

  long nextOffset() {
    Segment last = segments.getLast();
    return last.batches().isEmpty()
        ? last.baseOffset()
        : batch(last.batches().getLast()).nextOffset();
  }

  /// Batches that would follow now: of any codec, of one record or many, dated forward, back, or not at all.
  List<ByteBuffer> nextRun() {
    List<ByteBuffer> run = new ArrayList<>();
    long offset = nextOffset();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      ByteBuffer bytes = randomBatch(offset);
      run.add(bytes);
      offset = batch(bytes).nextOffset();
    }
    return run;
  }

  void append(List<ByteBuffer> run) throws IOException {
    segments.getLast().batches().addAll(run);
    for (ByteBuffer bytes : run) {
      records.addAll(RecordReader.read(batch(bytes)));
    }
  }

  void roll() {
    if (!segments.getLast().batches().isEmpty()) {
      segments.add(new Segment(nextOffset(), new ArrayList<>()));
    }
  }

  /// The bytes that a read must give.
  Optional<ByteBuffer> read(long offset, int maxBytes) {
    for (Segment segment : segments) {
      List<ByteBuffer> batches =
          segment.batches().stream().filter(bytes -> batch(bytes).nextOffset() > offset).toList();
      if (batches.isEmpty()) {
        continue;
      }
      int sizeBytes = batches.getFirst().remaining();
      int count = 1;
      while (count < batches.size() && sizeBytes + batches.get(count).remaining() <= maxBytes) {
        sizeBytes += batches.get(count++).remaining();
      }
      return Optional.of(concatenated(batches.subList(0, count)));
    }
    return Optional.empty();
  }

  Optional<TimestampedOffset> offsetForTimestamp(long timestampMs) {
    return records.stream()
        .filter(record -> record.timestampMs() >= timestampMs)
        .findFirst()
        .map(ModelLog::timestamped);
  }

  Optional<TimestampedOffset> maxTimestamp() {
    // Of several that are equal, max() keeps the last: so go from behind.
    return records.reversed().stream()
        .filter(record -> record.timestampMs() >= 0)
        .max(Comparator.comparingLong(LogRecord::timestampMs))
        .map(ModelLog::timestamped);
  }

  List<ByteBuffer> batches() {
    return segments.stream().flatMap(segment -> segment.batches().stream()).toList();
  }

  ByteBuffer bytes() {
    return concatenated(batches());
  }

  static RecordBatch batch(ByteBuffer bytes) {
    return RecordBatch.at(bytes, bytes.position());
  }

  private ByteBuffer randomBatch(long offset) {
    Compression[] codecs = Compression.values();
    RecordBatchBuilder builder =
        RecordBatchBuilder.compressed(codecs[random.nextInt(codecs.length)]).at(offset, 0);
    int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 40 : 4);
    for (int i = 0; i < count; i++) {
      byte[] value = new byte[random.nextInt(120)];
      random.nextBytes(value);
      builder.append(randomTimestampMs(offset), null, ByteBuffer.wrap(value));
    }
    return builder.build();
  }

  private long randomTimestampMs(long offset) {
    if (random.nextInt(30) == 0) {
      return RecordBatch.NO_TIMESTAMP;
    }
    return 1_000 + offset * 10 + random.nextInt(-500, 500);
  }

  private static TimestampedOffset timestamped(LogRecord record) {
    return new TimestampedOffset(record.timestampMs(), record.offset());
  }

  private static ByteBuffer concatenated(List<ByteBuffer> parts) {
    ByteBuffer all = ByteBuffer.allocate(parts.stream().mapToInt(ByteBuffer::remaining).sum());
    parts.forEach(part -> all.put(part.duplicate()));
    return all.flip();
  }

  private record Segment(long baseOffset, List<ByteBuffer> batches) {}
}
