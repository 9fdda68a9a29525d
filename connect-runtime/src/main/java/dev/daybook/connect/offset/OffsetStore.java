package dev.daybook.connect.offset;

import dev.daybook.connect.topic.CompactedTopic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// The source offsets of all connectors: in memory for readers, in the topic for the next start. What is in memory is
/// what the topic acknowledged, so a reader never sees an offset that a crash could take back.
public final class OffsetStore {

  private final CompactedTopic topic;
  private final OffsetJson json = new OffsetJson();
  private final Map<SourcePartition, Stored> offsets = new ConcurrentHashMap<>();

  /// The same partition may be spelled with its fields in another order; the spelling met first is kept, so that the
  /// topic holds one key for it and compaction works.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Stored(byte[] key, @Nullable Map<String, Object> offset, long timestampMs) {}

  public OffsetStore(CompactedTopic topic) {
    this.topic = topic;
  }

  public void load(Map<String, Object> consumerConfig) {
    topic.readToEnd(consumerConfig, this::replay);
  }

  private void replay(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() != null) {
      json.partition(record.key())
          .ifPresent(
              partition ->
                  offsets.merge(
                      partition,
                      new Stored(
                          record.key(),
                          json.offset(record.value()).orElse(null),
                          record.timestamp()),
                      (old, young) -> young.timestampMs() >= old.timestampMs() ? young : old));
    }
  }

  /// Writes offsets of one connector, null meaning forget; complete when all are durable.
  public CompletableFuture<Void> write(
      String connector, Map<Map<String, Object>, ? extends @Nullable Map<String, Object>> changes) {
    List<CompletableFuture<Void>> writes = new ArrayList<>();
    changes.forEach(
        (fields, offset) -> {
          SourcePartition partition = new SourcePartition(connector, fields);
          Stored known = offsets.get(partition);
          byte[] key = known == null ? json.key(connector, fields) : known.key();
          byte[] value = json.value(offset);
          // Remember the form in which the topic gives it back after a restart, not the connector's
          // own types.
          Stored stored =
              new Stored(key, json.offset(value).orElse(null), System.currentTimeMillis());
          writes.add(topic.append(key, value).thenRun(() -> offsets.put(partition, stored)));
        });
    return CompletableFuture.allOf(writes.toArray(CompletableFuture<?>[]::new));
  }

  public Optional<Map<String, Object>> read(String connector, Map<String, ?> fields) {
    return Optional.ofNullable(
            offsets.get(new SourcePartition(connector, new LinkedHashMap<>(fields))))
        .map(Stored::offset);
  }

  /// All offsets of a connector, partition by partition.
  public Map<Map<String, Object>, Map<String, Object>> all(String connector) {
    Map<Map<String, Object>, Map<String, Object>> found = new LinkedHashMap<>();
    offsets.forEach(
        (partition, stored) -> {
          if (partition.connector().equals(connector) && stored.offset() != null) {
            found.put(partition.fields(), stored.offset());
          }
        });
    return found;
  }
}
