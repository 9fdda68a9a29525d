package dev.daybook.registry;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// `_schemas` in a Kafka cluster, by plain clients: an idempotent producer with acks=all, and a consumer without a
/// group.
final class KafkaSchemaLog implements SchemaLog {
  private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final int MAX_RECORD_BYTES = 8 << 20;

  private final String topic;
  private final TopicPartition partition;
  private final Map<String, Object> common = new HashMap<>();
  private @Nullable Admin admin;
  private boolean closed;

  KafkaSchemaLog(String bootstrapServers, String topic, Map<String, String> settings) {
    this.topic = topic;
    this.partition = new TopicPartition(topic, 0);
    common.putAll(settings);
    common.put("bootstrap.servers", bootstrapServers);
    common.putIfAbsent("reconnect.backoff.max.ms", "500");
  }

  @Override
  public void prepare() {
    try {
      Admin current = admin();
      if (partitions(current) == 0) {
        create(current);
      }
      int partitions = partitions(current);
      if (partitions > 1) {
        throw new KafkaException(
            "Topic "
                + topic
                + " has "
                + partitions
                + " partitions, but schemas need one order. Delete it, or name another topic.");
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public CompletableFuture<Long> endOffset() {
    return admin()
        .listOffsets(Map.of(partition, OffsetSpec.latest()))
        .partitionResult(partition)
        .toCompletionStage()
        .toCompletableFuture()
        .thenApply(ListOffsetsResult.ListOffsetsResultInfo::offset);
  }

  private synchronized Admin admin() {
    Admin current = admin;
    if (closed) {
      throw new KafkaException("The schema log is closed.");
    }
    if (current == null) {
      current = Admin.create(with(Map.of(AdminClientConfig.CLIENT_ID_CONFIG, clientId("admin"))));
      admin = current;
    }
    return current;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (admin != null) {
      admin.close(CLOSE_TIMEOUT);
      admin = null;
    }
  }

  private int partitions(Admin admin) throws InterruptedException {
    try {
      var found = admin.describeTopics(List.of(topic)).allTopicNames();
      return found.get(ADMIN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).values().stream()
          .mapToInt(each -> each.partitions().size())
          .sum();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return 0;
      }
      throw new KafkaException("Cannot look up topic " + topic + ": " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new KafkaException("No answer about topic " + topic, e);
    }
  }

  private void create(Admin admin) throws InterruptedException {
    var wanted =
        new NewTopic(topic, Optional.of(1), Optional.empty())
            .configs(
                Map.of(
                    "cleanup.policy",
                    "compact",
                    "max.message.bytes",
                    String.valueOf(MAX_RECORD_BYTES)));
    try {
      admin
          .createTopics(List.of(wanted))
          .all()
          .get(ADMIN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new KafkaException("Cannot create topic " + topic + ": " + e.getCause(), e);
      }
    } catch (TimeoutException e) {
      throw new KafkaException("No answer to the creation of topic " + topic, e);
    }
  }

  @Override
  public Reader read(long fromOffset, int leaderEpoch) {
    return new KafkaReader(fromOffset, leaderEpoch);
  }

  @Override
  public Writer write() {
    return new KafkaWriter();
  }

  private Map<String, Object> with(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(common);
    settings.putAll(more);
    return settings;
  }

  private String clientId(String role) {
    return "daybook-schema-registry-" + role;
  }

  private final class KafkaReader implements Reader {
    private final KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            with(
                Map.of(
                    ConsumerConfig.CLIENT_ID_CONFIG,
                    clientId("reader"),
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                    "none",
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    false,
                    ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                    false,
                    ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                    2_000)),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());

    KafkaReader(long fromOffset, int leaderEpoch) {
      consumer.assign(List.of(partition));
      if (fromOffset == 0) {
        consumer.seekToBeginning(List.of(partition));
      } else {
        Optional<Integer> epoch = leaderEpoch < 0 ? Optional.empty() : Optional.of(leaderEpoch);
        consumer.seek(partition, new OffsetAndMetadata(fromOffset, epoch, ""));
      }
    }

    @Override
    public List<Entry> poll(Duration timeout) {
      try {
        return consumer.poll(timeout).records(partition).stream().map(this::entry).toList();
      } catch (WakeupException _) {
        return List.of();
      } catch (OffsetOutOfRangeException e) {
        throw new CutException(e);
      }
    }

    private Entry entry(ConsumerRecord<byte[], byte[]> r) {
      return new Entry(r.offset(), r.leaderEpoch().orElse(-1), r.timestamp(), r.key(), r.value());
    }

    @Override
    public long position() {
      while (true) {
        try {
          return consumer.position(partition);
        } catch (WakeupException _) {
          // A wake-up is meant for the next poll; being awake already is enough.
        }
      }
    }

    @Override
    public void wakeup() {
      consumer.wakeup();
    }

    @Override
    public void close() {
      consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    }
  }

  private final class KafkaWriter implements Writer {
    private final KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            with(
                Map.of(
                    ProducerConfig.CLIENT_ID_CONFIG,
                    clientId("writer"),
                    ProducerConfig.ACKS_CONFIG,
                    "all",
                    ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                    true,
                    ProducerConfig.LINGER_MS_CONFIG,
                    0,
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                    MAX_RECORD_BYTES,
                    ProducerConfig.MAX_BLOCK_MS_CONFIG,
                    5_000,
                    ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                    5_000,
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                    10_000)),
            new ByteArraySerializer(),
            new ByteArraySerializer());

    @Override
    public CompletableFuture<?> append(byte[] key, byte @Nullable [] value) {
      var done = new CompletableFuture<Long>();
      var _ =
          producer.send(
              new ProducerRecord<>(topic, 0, key, value),
              (metadata, failure) -> {
                if (failure == null) {
                  done.complete(metadata.offset());
                } else {
                  done.completeExceptionally(failure);
                }
              });
      return done;
    }

    @Override
    public void close() {
      producer.close(CLOSE_TIMEOUT);
    }
  }
}
