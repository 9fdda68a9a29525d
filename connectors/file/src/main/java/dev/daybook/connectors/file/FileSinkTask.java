package dev.daybook.connectors.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes records as lines of JSON into objects that appear whole. The folder itself says how far the sink has come:
/// `open` looks there and sends the worker behind the last finished object, so a restart repeats and skips nothing.
public final class FileSinkTask extends SinkTask {
  private static final Logger LOG = LoggerFactory.getLogger(FileSinkTask.class);

  private final Map<TopicPartition, Progress> progress = new HashMap<>();
  private final List<Future<Void>> reports = new ArrayList<>();
  private @Nullable FileSinkConfig config;
  private @Nullable TargetFolder folder;

  /// How far a partition has come: `next` is expected, what is before `start` was there when it was opened.
  private static final class Progress {
    final long start;
    long next;
    boolean rewinding;
    @Nullable PartFile part;

    Progress(long start) {
      this.start = start;
      this.next = start;
      this.rewinding = start >= 0;
    }
  }

  @Override
  public String version() {
    return FileSourceConnector.versionOfPackage();
  }

  @Override
  public void start(Map<String, String> properties) {
    config = new FileSinkConfig(properties);
    folder = new TargetFolder(config.directory());
    try {
      folder.create();
    } catch (IOException failure) {
      throw new ConnectException("the folder cannot be made: " + failure, failure);
    }
  }

  @Override
  public void open(Collection<TopicPartition> partitions) {
    try {
      for (TopicPartition partition : partitions) {
        long next = folder().nextOffset(partition);
        progress.put(partition, new Progress(next));
        if (next >= 0) {
          context.offset(partition, next);
        }
        LOG.info("opened partition={} nextOffset={}", partition, next);
      }
    } catch (IOException failure) {
      throw new ConnectException("the folder cannot be read: " + failure, failure);
    }
  }

  @Override
  public void put(Collection<SinkRecord> records) {
    Map<TopicPartition, List<SinkRecord>> byPartition = new LinkedHashMap<>();
    for (SinkRecord record : records) {
      TopicPartition partition =
          new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
      byPartition.computeIfAbsent(partition, same -> new ArrayList<>()).add(record);
    }
    try {
      for (Map.Entry<TopicPartition, List<SinkRecord>> entry : byPartition.entrySet()) {
        append(entry.getKey(), progress(entry.getKey()), entry.getValue());
      }
      finishOld();
    } catch (IOException failure) {
      discardAll();
      throw new ConnectException(
          "writing failed; what was not finished is written again: " + failure, failure);
    } catch (RuntimeException failure) {
      discardAll();
      throw failure;
    }
  }

  private void append(TopicPartition partition, Progress at, List<SinkRecord> records)
      throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    int count = 0;
    for (SinkRecord record : records) {
      long offset = record.originalKafkaOffset();
      if (isThere(partition, at, offset)) {
        continue;
      }
      byte[] line = line(record);
      if (line != null) {
        if (at.part == null) {
          at.part = new PartFile(folder(), partition, offset);
        }
        lines.writeBytes(line);
        count++;
        if (at.part.records() + count >= config().getInt(FileSinkConfig.ROLL_RECORDS)
            || at.part.bytes() + lines.size() >= config().getLong(FileSinkConfig.ROLL_BYTES)) {
          at.part.append(ByteBuffer.wrap(lines.toByteArray()), count);
          finish(at);
          lines.reset();
          count = 0;
        }
      }
      at.next = offset + 1;
      at.rewinding = false;
    }
    if (at.part != null && count > 0) {
      at.part.append(ByteBuffer.wrap(lines.toByteArray()), count);
    }
  }

  private static boolean isThere(TopicPartition partition, Progress at, long offset) {
    if (offset < at.start) {
      throw new ConnectException(
          "the folder already holds "
              + partition
              + " up to offset "
              + at.start
              + ", but the log delivers "
              + offset
              + ": was the topic made anew? If so, write to another folder or move the old files away");
    }
    return offset < at.next;
  }

  private byte @Nullable [] line(SinkRecord record) {
    try {
      return JsonLine.of(record, config().getString(FileSinkConfig.DECIMALS).equals("number"));
    } catch (DataException unwritable) {
      ErrantRecordReporter reporter = context.errantRecordReporter();
      if (reporter == null) {
        throw unwritable;
      }
      reports.add(reporter.report(record, unwritable));
      return null;
    }
  }

  private void finishOld() throws IOException {
    long longest = TimeUnit.MILLISECONDS.toNanos(config().getLong(FileSinkConfig.ROLL_INTERVAL_MS));
    for (Progress at : progress.values()) {
      if (at.part != null && at.part.ageNanos() >= longest) {
        finish(at);
      }
    }
  }

  private void finish(Progress at) throws IOException {
    PartFile part = at.part;
    if (part != null) {
      at.part = null;
      awaitReports();
      part.finish();
    }
  }

  private void awaitReports() {
    try {
      for (Future<Void> report : reports) {
        report.get();
      }
      reports.clear();
    } catch (ExecutionException failed) {
      throw new ConnectException(
          "a bad record could not be reported, so it is not passed over", failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new ConnectException("stopped while a bad record was being reported", stopped);
    }
  }

  /// Only what is in finished objects is durable: up to the first record of the part being written.
  @Override
  public Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> consumed) {
    put(List.of());
    awaitReports();
    Map<TopicPartition, OffsetAndMetadata> durable = new HashMap<>();
    consumed.forEach(
        (partition, offset) -> {
          Progress at = progress.get(partition);
          if (at != null) {
            durable.put(partition, durable(at, offset));
          }
        });
    return durable;
  }

  private static OffsetAndMetadata durable(Progress at, OffsetAndMetadata consumed) {
    if (at.part != null) {
      return new OffsetAndMetadata(at.part.firstOffset());
    }
    return at.rewinding ? new OffsetAndMetadata(at.start) : consumed;
  }

  /// Finishes what was written, so that it is there for readers and for the next owner.
  @Override
  public void close(Collection<TopicPartition> partitions) {
    try {
      for (TopicPartition partition : partitions) {
        Progress at = progress.remove(partition);
        if (at != null) {
          finish(at);
        }
      }
    } catch (IOException failure) {
      throw new ConnectException(
          "finishing failed; what was not finished is written again: " + failure, failure);
    }
  }

  /// What is not finished now is written again by the next task.
  @Override
  public void stop() {
    discardAll();
  }

  /// After a failed write a part may end in half a line: a worker that closes a failed task must not finish it.
  private void discardAll() {
    for (Progress at : progress.values()) {
      if (at.part != null) {
        try {
          at.part.discard();
        } catch (IOException left) {
          LOG.warn("an unfinished part could not be removed error={}", left.toString());
        }
      }
    }
    progress.clear();
  }

  private Progress progress(TopicPartition partition) {
    Progress at = progress.get(partition);
    if (at == null) {
      throw new ConnectException(
          "records of " + partition + " were delivered, which this task does not own");
    }
    return at;
  }

  private FileSinkConfig config() {
    if (config == null) {
      throw new ConnectException("the task is not started");
    }
    return config;
  }

  private TargetFolder folder() {
    if (folder == null) {
      throw new ConnectException("the task is not started");
    }
    return folder;
  }
}
