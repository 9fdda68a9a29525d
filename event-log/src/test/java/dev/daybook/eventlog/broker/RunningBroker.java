package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.partition.CleanerSettings;
import dev.daybook.eventlog.partition.RecordValidator;
import dev.daybook.eventlog.topic.TopicDefaults;
import dev.daybook.eventlog.transaction.TransactionSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// A broker on a log in a folder, on a port of loopback, and clients for it.
final class RunningBroker implements AutoCloseable {
  private static final Map<String, String> QUICK_GROUPS =
      Map.of(GroupSettings.INITIAL_REBALANCE_DELAY_MS, "0", GroupSettings.OFFSETS_PARTITIONS, "2");

  static {
    // Whoever reads a frame's memory after it was given back is to be found out.
    System.setProperty("daybook.frames.poison", "true");
  }

  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<Throwable> fatal = new AtomicReference<>();
  private final LogServer server;

  static RunningBroker in(Path directory) throws IOException {
    return in(directory, UnaryOperator.identity());
  }

  static RunningBroker in(Path directory, UnaryOperator<BrokerConfig> settings) throws IOException {
    return in(directory, settings, (topic, records) -> new RecordValidator.Verdict.Accepted());
  }

  static RunningBroker in(
      Path directory, UnaryOperator<BrokerConfig> settings, RecordValidator validator)
      throws IOException {
    return new RunningBroker(
        EventLogConfig.in(directory), settings, TransactionSettings.DEFAULTS, validator);
  }

  static RunningBroker in(Path directory, TransactionSettings transactions) throws IOException {
    return new RunningBroker(
        EventLogConfig.in(directory),
        UnaryOperator.identity(),
        transactions,
        (topic, records) -> new RecordValidator.Verdict.Accepted());
  }

  /// A broker on a log of these settings.
  static RunningBroker in(EventLogConfig log) throws IOException {
    return new RunningBroker(
        log,
        UnaryOperator.identity(),
        TransactionSettings.DEFAULTS,
        (topic, records) -> new RecordValidator.Verdict.Accepted());
  }

  /// A broker whose log makes checkpoints and is cleaned all the time.
  static RunningBroker cleaningQuickly(Path directory) throws IOException {
    EventLogConfig usual = EventLogConfig.in(directory);
    return in(
        new EventLogConfig(
            usual.dataDirectory(),
            usual.journalBytes(),
            usual.journalFileBytes(),
            usual.firstJournalFileBytes(),
            usual.entryBytes(),
            usual.retainedBytes(),
            usual.reserveBytes(),
            usual.runBytes(),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            usual.retentionCheckInterval(),
            usual.readerThreads(),
            usual.scrub(),
            new CleanerSettings(1L << 30, 1 << 20, Duration.ofMillis(50))));
  }

  /// A broker whose config file says this.
  static RunningBroker in(Path directory, Map<String, String> serverSettings) throws IOException {
    return new RunningBroker(
        EventLogConfig.in(directory).withTopicDefaults(TopicDefaults.of(serverSettings)),
        UnaryOperator.identity(),
        TransactionSettings.DEFAULTS,
        (topic, records) -> new RecordValidator.Verdict.Accepted());
  }

  private RunningBroker(
      EventLogConfig log,
      UnaryOperator<BrokerConfig> settings,
      TransactionSettings transactions,
      RecordValidator validator)
      throws IOException {
    server =
        LogServer.start(
            vertx,
            log,
            settings,
            new GroupSettings(QUICK_GROUPS),
            transactions,
            validator,
            fatal::set);
  }

  EventLog log() {
    return server.log();
  }

  Broker broker() {
    return server.broker();
  }

  FramePool framePool() {
    return server.broker().framePool();
  }

  List<String> problems() {
    return server.problems();
  }

  int port() {
    return server.port();
  }

  WireClient wire() throws IOException {
    return new WireClient(port());
  }

  KafkaProducer<String, String> producer(String... settings) {
    return new KafkaProducer<>(
        properties(settings), new StringSerializer(), new StringSerializer());
  }

  KafkaConsumer<String, String> consumer(String... settings) {
    Properties properties = new Properties();
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", "false");
    properties.putAll(properties(settings));
    return new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
  }

  Admin admin() {
    return Admin.create(properties());
  }

  private Properties properties(String... settings) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", "127.0.0.1:" + port());
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      properties.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return properties;
  }

  @Override
  public void close() throws IOException {
    server.close();
    await(vertx.close());
    if (fatal.get() != null) {
      throw new IOException("the log broke", fatal.get());
    }
  }

  private static <T> T await(Future<T> future) throws IOException {
    try {
      return future.await(120, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("the broker does not answer", e);
    }
  }
}
