package dev.daybook.foreign.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/// Counts the clicks of each user, exactly once: reads `clicks`, whose values are users, and writes `user,count` to
/// `counts` in transactions that are committed with Flink's checkpoints. Started again, it goes on from the last one.
public final class Clicks {
  private static final int PARALLELISM = 2;

  private Clicks() {}

  /// @param arguments the broker, the folder of the checkpoints, how the sink names its transactions
  public static void main(String[] arguments) throws Exception {
    Path checkpoints = Path.of(arguments[1]);
    Optional<Path> last = lastComplete(checkpoints);
    System.out.println(last.map(path -> "goes on from " + path).orElse("starts anew"));

    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(
            PARALLELISM, configuration(checkpoints, last));
    environment
        .fromSource(source(arguments[0]), WatermarkStrategy.noWatermarks(), "clicks")
        .keyBy(user -> user)
        .map(new Count())
        .sinkTo(sink(arguments[0], TransactionNamingStrategy.valueOf(arguments[2])));
    environment.execute("clicks");
  }

  private static Configuration configuration(Path checkpoints, Optional<Path> last) {
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(500));
    configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    last.ifPresent(
        path -> configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString()));
    return configuration;
  }

  /// The newest checkpoint that was finished: its metadata is written last.
  private static Optional<Path> lastComplete(Path checkpoints) throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints)) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .max(Comparator.comparing(file -> file.toFile().lastModified()))
          .map(Path::getParent);
    }
  }

  private static KafkaSource<String> source(String bootstrap) {
    return KafkaSource.<String>builder()
        .setBootstrapServers(bootstrap)
        .setTopics("clicks")
        .setGroupId("flink")
        .setStartingOffsets(OffsetsInitializer.earliest())
        .setProperty("isolation.level", "read_committed")
        .setValueOnlyDeserializer(new SimpleStringSchema())
        .build();
  }

  private static KafkaSink<String> sink(String bootstrap, TransactionNamingStrategy naming) {
    return KafkaSink.<String>builder()
        .setBootstrapServers(bootstrap)
        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .setTransactionalIdPrefix("clicks")
        .setTransactionNamingStrategy(naming)
        .setProperty("transaction.timeout.ms", "60000")
        .setRecordSerializer(
            KafkaRecordSerializationSchema.builder()
                .setTopic("counts")
                .setKeySerializationSchema(new User())
                .setValueSerializationSchema(new SimpleStringSchema())
                .build())
        .build();
  }
}
