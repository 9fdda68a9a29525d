package dev.daybook.server.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `daybook consume`: prints events, from the beginning by default, as they are.
@Command(
    name = "consume",
    description = "Print the events of a topic, from the first one on.",
    mixinStandardHelpOptions = true)
public final class ConsumeCommand implements Callable<Integer> {
  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "TOPIC", description = "What to read.")
  private String topic = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what comes; end with Ctrl-C.")
  private boolean follow;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "Stop after so many events.")
  private long count = Long.MAX_VALUE;

  @Option(
      names = "--from",
      paramLabel = "OFFSET|TIME",
      description =
          "Start at this offset of every partition, or at this time (2026-03-01T14:05:00Z).")
  private @Nullable String from;

  @Option(
      names = {"-v", "--verbose"},
      description = "Print partition, offset and time before each event.")
  private boolean verbose;

  @Option(
      names = "--registry",
      paramLabel = "URL",
      description =
          "Read Avro payloads by this schema registry, for example http://127.0.0.1:8081.")
  private @Nullable String registry;

  @Override
  public Integer call() {
    Map<String, Object> config =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap(),
            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "10000",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    try (KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        PayloadText payloads = new PayloadText(registry)) {
      List<PartitionInfo> infos = consumer.partitionsFor(topic);
      if (infos == null || infos.isEmpty()) {
        throw new IllegalStateException(
            "There is no topic '" + topic + "': 'daybook topic list' shows those there are");
      }
      List<TopicPartition> partitions =
          infos.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
      consumer.assign(partitions);
      seek(consumer, partitions);
      print(consumer, consumer.endOffsets(partitions), payloads);
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      throw kafka.nobodyThere(e);
    }
    return 0;
  }

  private void seek(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
    String start = from;
    if (start == null) {
      consumer.seekToBeginning(partitions);
    } else if (start.matches("\\d+")) {
      partitions.forEach(partition -> consumer.seek(partition, Long.parseLong(start)));
    } else {
      long timeMs = time(start);
      Map<TopicPartition, Long> times = new java.util.HashMap<>();
      partitions.forEach(partition -> times.put(partition, timeMs));
      consumer.seekToEnd(partitions);
      consumer
          .offsetsForTimes(times)
          .forEach(
              (partition, found) -> {
                if (found != null) {
                  consumer.seek(partition, found.offset());
                }
              });
    }
  }

  private static long time(String text) {
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (java.time.format.DateTimeParseException e) {
      throw new dev.daybook.server.UsageException(
          "--from " + text + " is neither an offset nor a time such as 2026-03-01T14:05:00Z", e);
    }
  }

  private void print(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      PayloadText payloads) {
    PrintWriter out = spec.commandLine().getOut();
    long left = count;
    while (left > 0
        && (follow
            || ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue()))) {
      for (ConsumerRecord<byte[], byte[]> event : consumer.poll(Duration.ofMillis(200))) {
        if (left-- > 0) {
          out.println(line(event, payloads));
        }
      }
      out.flush();
      if (out.checkError()) {
        return;
      }
    }
  }

  private String line(ConsumerRecord<byte[], byte[]> event, PayloadText payloads) {
    String body =
        (event.key() == null ? "" : payloads.of(topic, event.key()) + "\t")
            + payloads.of(topic, event.value());
    return verbose
        ? event.partition()
            + "@"
            + event.offset()
            + "  "
            + Instant.ofEpochMilli(event.timestamp())
            + "  "
            + body
        : body;
  }
}
