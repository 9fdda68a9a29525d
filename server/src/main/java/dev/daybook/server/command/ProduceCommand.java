package dev.daybook.server.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `daybook produce`: one event from each line of standard input.
@Command(
    name = "produce",
    description = "Append one event for each line of standard input.",
    mixinStandardHelpOptions = true)
public final class ProduceCommand implements Callable<Integer> {
  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "TOPIC", description = "Where to append.")
  private String topic = "";

  @Option(
      names = {"-K", "--key-separator"},
      paramLabel = "TEXT",
      description = "What ends the key within a line; without it events have no key.")
  private @Nullable String keySeparator;

  @Override
  public Integer call() throws IOException {
    AtomicLong appended = new AtomicLong();
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    Map<String, Object> config =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap(),
            ProducerConfig.MAX_BLOCK_MS_CONFIG, "10000",
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "30000",
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
    try (KafkaProducer<String, String> producer =
            new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null && failure.get() == null) {
        var _ =
            producer.send(
                record(line),
                (metadata, exception) -> {
                  if (exception == null) {
                    appended.incrementAndGet();
                  } else {
                    failure.compareAndSet(null, exception);
                  }
                });
        line = lines.readLine();
      }
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      failure.compareAndSet(null, e);
    }
    spec.commandLine().getErr().println("appended " + appended.get() + " events to " + topic);
    if (failure.get() instanceof org.apache.kafka.common.errors.TimeoutException timeout) {
      throw kafka.nobodyThere(timeout);
    }
    if (failure.get() != null) {
      throw new IllegalStateException(
          "An event was refused: " + failure.get().getMessage(), failure.get());
    }
    return 0;
  }

  private ProducerRecord<String, String> record(String line) {
    int end = keySeparator == null ? -1 : line.indexOf(keySeparator);
    return end < 0 || keySeparator == null
        ? new ProducerRecord<>(topic, line)
        : new ProducerRecord<>(
            topic, line.substring(0, end), line.substring(end + keySeparator.length()));
  }
}
