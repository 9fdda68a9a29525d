package dev.daybook.connect.worker;

import dev.daybook.connect.config.Redactor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands batches to a sink task. After a RetriableException the very same batch is handed over again; until then all
/// partitions are paused, so that polling keeps the membership but brings nothing new. Owned by the task's thread.
final class SinkDelivery {

  private static final Logger LOG = LoggerFactory.getLogger(SinkDelivery.class);

  private final TaskId id;
  private final SinkTask task;
  private final Consumer<byte[], byte[]> consumer;
  private final SinkContext context;
  private final SinkConversion conversion;
  private final SinkCommits commits;
  private final TaskControl control;
  private final Redactor redactor;
  private final List<SinkRecord> batch = new ArrayList<>();
  private final Map<TopicPartition, OffsetAndMetadata> batchEnds = new HashMap<>();
  private boolean redelivering;

  SinkDelivery(
      Worker.TaskPlan plan,
      SinkTask task,
      Consumer<byte[], byte[]> consumer,
      SinkContext context,
      SinkConversion conversion,
      SinkCommits commits,
      TaskControl control) {
    this.id = plan.id();
    this.redactor = plan.redactor();
    this.task = task;
    this.consumer = consumer;
    this.context = context;
    this.conversion = conversion;
    this.commits = commits;
    this.control = control;
  }

  boolean redelivering() {
    return redelivering;
  }

  /// Converts what was polled and hands it to the task, together with a batch it refused before.
  void deliver(ConsumerRecords<byte[], byte[]> polled) {
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      SinkRecord converted = conversion.convert(record);
      batchEnds.put(
          new TopicPartition(record.topic(), record.partition()),
          new OffsetAndMetadata(record.offset() + 1, record.leaderEpoch(), ""));
      if (converted != null) {
        batch.add(converted);
      }
    }
    try {
      task.put(new ArrayList<>(batch));
      commits.delivered(batchEnds);
      batch.clear();
      batchEnds.clear();
      if (redelivering) {
        redelivering = false;
        adjustPauses();
      }
    } catch (RetriableException e) {
      LOG.warn(
          "Task {} wants the same {} records again: {}",
          id,
          batch.size(),
          redactor.redact(e.toString()));
      redelivering = true;
      adjustPauses();
    } catch (RuntimeException e) {
      throw new ConnectException("Task " + id + " failed in put", e);
    }
  }

  /// Pauses what must be paused now and resumes the rest: all while redelivering or paused by the user, else what the task
  /// itself paused.
  void adjustPauses() {
    redelivering = redelivering && !batchEnds.isEmpty();
    context.pausedByUser(control.paused());
    Set<TopicPartition> assigned = consumer.assignment();
    Set<TopicPartition> pausing =
        redelivering || control.paused() ? assigned : context.pausedByTask();
    consumer.resume(assigned.stream().filter(partition -> !pausing.contains(partition)).toList());
    consumer.pause(pausing);
  }

  /// Goes where the task asked to continue.
  void rewind() {
    context.takeRewinds().forEach(commits::rewind);
  }

  void forget(Collection<TopicPartition> partitions) {
    batch.removeIf(
        record ->
            partitions.contains(
                new TopicPartition(record.originalTopic(), record.originalKafkaPartition())));
    batchEnds.keySet().removeAll(partitions);
  }
}
