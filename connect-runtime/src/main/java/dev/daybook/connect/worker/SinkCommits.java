package dev.daybook.connect.worker;

import dev.daybook.connect.config.Redactor;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.connect.sink.SinkTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How far a sink task has come: what it was given (`delivered`), and what the group knows (`committed`). The task itself
/// says in `preCommit` how much of what it was given is safe; only that is committed. Owned by the task's thread.
final class SinkCommits {

  private static final Logger LOG = LoggerFactory.getLogger(SinkCommits.class);

  private final TaskId id;
  private final SinkTask task;
  private final Consumer<byte[], byte[]> consumer;
  private final ErrorHandling errors;
  private final Redactor redactor;
  private final Map<TopicPartition, OffsetAndMetadata> delivered = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
  private int newest;
  private volatile boolean abandoned;

  SinkCommits(
      TaskId id,
      SinkTask task,
      Consumer<byte[], byte[]> consumer,
      ErrorHandling errors,
      Redactor redactor) {
    this.id = id;
    this.task = task;
    this.consumer = consumer;
    this.errors = errors;
    this.redactor = redactor;
  }

  void assigned(TopicPartition partition, long position) {
    set(partition, position);
  }

  void forget(Collection<TopicPartition> partitions) {
    delivered.keySet().removeAll(partitions);
    committed.keySet().removeAll(partitions);
  }

  void delivered(Map<TopicPartition, OffsetAndMetadata> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          if (delivered.containsKey(partition)) {
            delivered.put(partition, offset);
          }
        });
  }

  /// The task asked to be given this partition from another offset on.
  void rewind(TopicPartition partition, long offset) {
    if (!delivered.containsKey(partition)) {
      LOG.warn("Task {} rewinds {}, which is not assigned to it; that is ignored", id, partition);
      return;
    }
    consumer.seek(partition, offset);
    set(partition, offset);
  }

  private void set(TopicPartition partition, long position) {
    delivered.put(partition, new OffsetAndMetadata(position));
    committed.put(partition, new OffsetAndMetadata(position));
  }

  void abandon() {
    abandoned = true;
  }

  /// Commits without waiting. A task that throws in preCommit gets everything since the last commit again.
  void commit() {
    errors.awaitReported();
    Map<TopicPartition, OffsetAndMetadata> safe;
    try {
      safe = preCommit(Map.copyOf(delivered));
    } catch (RuntimeException e) {
      LOG.error(
          "Task {} failed in preCommit and goes back to the last commit: {}",
          id,
          redactor.redact(e.toString()));
      Map.copyOf(committed).forEach((partition, offset) -> rewind(partition, offset.offset()));
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> offsets = committable(safe);
    if (offsets.isEmpty() || abandoned) {
      return;
    }
    int number = ++newest;
    consumer.commitAsync(
        offsets,
        (written, failure) -> {
          if (failure != null) {
            LOG.warn(
                "Task {} could not commit offsets; the next commit covers them: {}",
                id,
                failure.toString());
          } else if (number == newest) {
            remember(written);
          }
        });
  }

  /// Takes leave of partitions: the last preCommit, the task's close, and the commit, in this order, before another task
  /// may have them. Partitions that are lost already are only closed.
  void close(Collection<TopicPartition> partitions, boolean lost) {
    Map<TopicPartition, OffsetAndMetadata> offsets = Map.of();
    try {
      if (!lost) {
        Map<TopicPartition, OffsetAndMetadata> leaving = new HashMap<>(delivered);
        leaving.keySet().retainAll(partitions);
        errors.awaitReported();
        offsets = committable(preCommit(Map.copyOf(leaving)));
      }
    } catch (RuntimeException e) {
      LOG.warn(
          "Task {} failed in its last preCommit; what came since the last one is delivered again: {}",
          id,
          redactor.redact(e.toString()));
    } finally {
      task.close(partitions);
    }
    offsets = new HashMap<>(offsets);
    offsets.keySet().retainAll(partitions);
    try {
      if (!offsets.isEmpty() && !abandoned) {
        newest++; // answers to older asynchronous commits are stale from here on
        commitSync(offsets);
      }
    } finally {
      forget(partitions);
    }
  }

  private void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    try {
      consumer.commitSync(offsets);
    } catch (WakeupException e) {
      commitSync(
          offsets); // a request to stop came in between; the commit must not fall victim to it
      throw e;
    } catch (KafkaException e) {
      LOG.warn(
          "Task {} could not commit offsets while leaving; those records are delivered again: {}",
          id,
          e.toString());
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> offsets) {
    Map<TopicPartition, OffsetAndMetadata> safe = task.preCommit(new HashMap<>(offsets));
    return safe == null ? Map.of() : safe;
  }

  /// What of the task's answer may be committed: assigned, not beyond what it was given, and news.
  private Map<TopicPartition, OffsetAndMetadata> committable(
      Map<TopicPartition, OffsetAndMetadata> safe) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    safe.forEach(
        (partition, offset) -> {
          OffsetAndMetadata given = delivered.get(partition);
          if (given == null || offset == null) {
            LOG.warn(
                "Task {} wants to commit {}, which is not assigned to it; that is ignored",
                id,
                partition);
          } else if (offset.offset() > given.offset()) {
            LOG.warn(
                "Task {} wants to commit {} at {}, beyond what it was given ({}); that is ignored",
                id,
                partition,
                offset.offset(),
                given.offset());
          } else if (!offset.equals(committed.get(partition))) {
            offsets.put(partition, offset);
          }
        });
    return offsets;
  }

  private void remember(Map<TopicPartition, OffsetAndMetadata> written) {
    written.forEach(
        (partition, offset) -> committed.computeIfPresent(partition, (same, old) -> offset));
  }
}
