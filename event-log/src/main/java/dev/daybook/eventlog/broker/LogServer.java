package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.LogForGroups;
import dev.daybook.eventlog.group.GroupSettings;
import dev.daybook.eventlog.group.kafka.KafkaGroupCoordinator;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.RecordValidator;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.time.SystemScheduler;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicNames;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionFigures;
import dev.daybook.eventlog.transaction.TransactionSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An event log with its group coordinator and its Kafka port: everything of this module that a process needs
/// to be a broker. Started and closed by blocking calls, never from an event loop.
public final class LogServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogServer.class);
  private static final long PATIENCE_SECONDS = 10;

  private final EventLog log;
  private final TransactionCoordinator transactions;
  private final KafkaGroupCoordinator groups;
  private final Broker broker;

  private LogServer(
      EventLog log,
      TransactionCoordinator transactions,
      KafkaGroupCoordinator groups,
      Broker broker) {
    this.log = log;
    this.transactions = transactions;
    this.groups = groups;
    this.broker = broker;
  }

  /// Opens the log, which recovers it, and then the port.
  ///
  /// @param brokerConfig completes the settings of a loopback broker that has the log's cluster id
  /// @param onFatal told once when the log can not go on; the process must stop
  /// @throws IOException when the directory or the port can not be used, with a sentence that says why
  public static LogServer start(
      Vertx vertx,
      EventLogConfig logConfig,
      UnaryOperator<BrokerConfig> brokerConfig,
      GroupSettings groupSettings,
      RecordValidator validator,
      Consumer<Throwable> onFatal)
      throws IOException {
    return start(
        vertx,
        logConfig,
        brokerConfig,
        groupSettings,
        TransactionSettings.DEFAULTS,
        validator,
        onFatal);
  }

  /// As above, with settings of transactions.
  public static LogServer start(
      Vertx vertx,
      EventLogConfig logConfig,
      UnaryOperator<BrokerConfig> brokerConfig,
      GroupSettings groupSettings,
      TransactionSettings transactionSettings,
      RecordValidator validator,
      Consumer<Throwable> onFatal)
      throws IOException {
    requireThatRequestsFit(logConfig, brokerConfig.apply(BrokerConfig.loopback("")));
    EventLog log = EventLog.open(logConfig, validator, onFatal);
    TransactionCoordinator transactions =
        new TransactionCoordinator(
            log,
            transactionSettings,
            Clock.system(),
            new SystemScheduler("daybook-transactions", onFatal));
    KafkaGroupCoordinator groups;
    try {
      groups = new KafkaGroupCoordinator(new LogForGroups(log, transactions), groupSettings);
    } catch (RuntimeException wrongSetting) {
      transactions.close();
      log.close();
      throw wrongSetting;
    }
    try {
      transactions.start(groups::endTransaction);
      return new LogServer(
          log, transactions, groups, startBroker(vertx, log, groups, transactions, brokerConfig));
    } catch (Throwable failure) {
      transactions.close();
      groups.close();
      log.close();
      throw failure;
    }
  }

  /// What was read from a socket must find room in one entry of the journal.
  private static void requireThatRequestsFit(EventLogConfig log, BrokerConfig broker) {
    if (broker.requestMaxBytes() > log.maxRequestBytes()) {
      throw new IllegalArgumentException(
          "socket.request.max.bytes ("
              + broker.requestMaxBytes()
              + ") must be no larger than "
              + log.maxRequestBytes()
              + ", or a request would not fit in one file of the journal");
    }
  }

  /// Vert.x throws whatever the future failed with, checked or not: a port in use comes as a BindException.
  private static Broker startBroker(
      Vertx vertx,
      EventLog log,
      KafkaGroupCoordinator groups,
      TransactionCoordinator transactions,
      UnaryOperator<BrokerConfig> brokerConfig)
      throws IOException {
    BrokerConfig config =
        withinOpenFiles(brokerConfig.apply(BrokerConfig.loopback(log.clusterId())));
    warnOfPartitions(log, config.connections().max(), OpenFiles.ofThisProcess());
    try {
      return Broker.start(vertx, log, groups, transactions, config)
          .await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          "The Kafka port did not open within " + PATIENCE_SECONDS + " seconds", e);
    }
  }

  private static BrokerConfig withinOpenFiles(BrokerConfig asked) {
    OpenFiles files = OpenFiles.ofThisProcess();
    ConnectionLimits allowed = asked.connections().within(files);
    if (allowed.max() < asked.connections().max()) {
      LOG.warn(
          "max.connections={} is more than the process can hold: taking {}, for it may have only {} files open, of which {} are kept for the log; allow it {} (ulimit -n, LimitNOFILE of its systemd unit, or --ulimit nofile of its container)",
          asked.connections().max(),
          allowed.max(),
          files.limit(),
          files.keptBack(),
          OpenFiles.neededFor(asked.connections().max()));
    }
    return asked.limiting(allowed);
  }

  /// Far more partitions than that may be there, as long as not all are written at once. Nobody but the operator knows.
  private static void warnOfPartitions(EventLog log, int connections, OpenFiles files) {
    long partitions = log.topics().all().stream().mapToLong(Topic::partitions).sum();
    if (partitions > files.writtenPartitions(connections)) {
      LOG.warn(
          "there are {} partitions: were they all written within a minute, the process might need more open files than it may have ({}), and the log would stop; allow it {} (ulimit -n, LimitNOFILE of its systemd unit, or --ulimit nofile of its container)",
          partitions,
          files.limit(),
          OpenFiles.neededFor(connections, partitions));
    }
  }

  public EventLog log() {
    return log;
  }

  Broker broker() {
    return broker;
  }

  /// How busy the broker is now.
  public BrokerFigures figures() {
    return broker.figures();
  }

  /// How transactions go.
  public TransactionFigures transactions() {
    return transactions.figures();
  }

  /// What keeps a part of it from being served, and what helps; a sentence for each.
  public List<String> problems() {
    List<String> problems = new ArrayList<>(transactions.problems());
    log.topics()
        .byName(TopicNames.GROUP_OFFSETS)
        .ifPresent(
            topic ->
                IntStream.range(0, topic.partitions())
                    .mapToObj(index -> log.partition(topic.partition(index)))
                    .filter(partition -> partition != null && partition.damage().isOpen())
                    .forEach(partition -> problems.add(damaged(partition))));
    return problems;
  }

  private static String damaged(Partition partition) {
    return "Partition %d of __consumer_offsets is damaged; groups that belong to it are not served, or take no commits. Stop Daybook, then restore the data directory from a backup or run 'daybook repair'"
        .formatted(partition.id().index());
  }

  /// The port that is listened on.
  public int port() {
    return broker.port();
  }

  /// Answers what is under way, then closes port, groups and log; the next start has nothing to recover.
  @Override
  public void close() throws IOException {
    try {
      broker.close().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      // The log can close all the same: nobody was promised more than is durable.
    }
    transactions.close();
    groups.close();
    log.close();
  }
}
