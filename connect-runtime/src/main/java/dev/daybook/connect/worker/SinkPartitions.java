package dev.daybook.connect.worker;

import java.util.Collection;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/// Opens and closes partitions as the group assigns them, inside the rebalance, on the task's thread. What the task throws
/// there is kept and thrown after the poll, because the consumer must finish its rebalance first.
final class SinkPartitions implements ConsumerRebalanceListener {

  private final Consumer<byte[], byte[]> consumer;
  private final SinkTask task;
  private final SinkCommits commits;
  private final SinkDelivery delivery;
  private @Nullable RuntimeException failure;
  private boolean left;

  SinkPartitions(
      Consumer<byte[], byte[]> consumer,
      SinkTask task,
      SinkCommits commits,
      SinkDelivery delivery) {
    this.consumer = consumer;
    this.task = task;
    this.commits = commits;
    this.delivery = delivery;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    keeping(
        () -> {
          partitions.forEach(partition -> commits.assigned(partition, position(partition)));
          delivery.adjustPauses();
          if (!partitions.isEmpty() && failure == null) {
            task.open(partitions);
            delivery.rewind();
          }
        });
  }

  /// The task must learn of its partitions even if it is woken right now; the wake-up is passed on.
  private long position(TopicPartition partition) {
    try {
      return consumer.position(partition);
    } catch (WakeupException e) {
      long position = consumer.position(partition);
      consumer.wakeup();
      return position;
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    close(partitions, false);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    close(partitions, true);
  }

  private void close(Collection<TopicPartition> partitions, boolean lost) {
    if (!partitions.isEmpty() && !left) {
      keeping(
          () -> {
            try {
              commits.close(partitions, lost);
            } finally {
              delivery.forget(partitions);
            }
          });
    }
  }

  private void keeping(Runnable body) {
    try {
      body.run();
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /// Throws what a callback kept.
  void requireNoFailure() {
    RuntimeException kept = failure;
    if (kept != null) {
      failure = null;
      if (kept instanceof WakeupException wakeup) {
        throw wakeup;
      }
      throw new ConnectException("The task failed while its partitions changed", kept);
    }
  }

  /// Takes leave of all partitions when the task stops. The consumer reports them revoked once more when it is closed, but
  /// then the task is gone.
  void closeAll() {
    left = true;
    Collection<TopicPartition> all = Set.copyOf(consumer.assignment());
    if (!all.isEmpty()) {
      commits.close(all, false);
    }
  }
}
