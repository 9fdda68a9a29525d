package dev.daybook.connect.offset;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/// The offsets of a sink connector, which live in its consumer group `connect-NAME`.
public final class SinkOffsets {

  private final Admin admin;

  public SinkOffsets(Admin admin) {
    this.admin = admin;
  }

  public static String group(String connector) {
    return "connect-" + connector;
  }

  public Map<TopicPartition, Long> read(String connector) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        await(
            connector,
            admin.listConsumerGroupOffsets(group(connector)).partitionsToOffsetAndMetadata());
    Map<TopicPartition, Long> offsets = new LinkedHashMap<>();
    if (committed != null) {
      committed.forEach((partition, offset) -> offsets.put(partition, offset.offset()));
    }
    return offsets;
  }

  /// Sets the given offsets; null resets that partition to where the consumer begins.
  public void alter(String connector, Map<TopicPartition, @Nullable Long> changes) {
    Map<TopicPartition, OffsetAndMetadata> set = new HashMap<>();
    Set<TopicPartition> reset = new HashSet<>();
    changes.forEach(
        (partition, offset) -> {
          if (offset == null) {
            reset.add(partition);
          } else {
            set.put(partition, new OffsetAndMetadata(offset));
          }
        });
    if (!set.isEmpty()) {
      await(connector, admin.alterConsumerGroupOffsets(group(connector), set).all());
    }
    reset.retainAll(read(connector).keySet());
    if (!reset.isEmpty()) {
      await(connector, admin.deleteConsumerGroupOffsets(group(connector), reset).all());
    }
  }

  public void reset(String connector) {
    await(connector, admin.deleteConsumerGroups(Set.of(group(connector))).all());
  }

  private static <T> @Nullable T await(String connector, KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("Interrupted while asking for the offsets of " + connector, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return null; // a group that never committed has nothing to tell and nothing to forget
      }
      throw new ConnectException(
          "The offsets of group "
              + group(connector)
              + " cannot be read or changed: "
              + e.getMessage(),
          e.getCause());
    }
  }
}
