package dev.daybook.compatibility;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/// A broker of Apache Kafka, one node that is its own controller.
public final class ApacheKafka implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(400);
  private static final String CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw";

  private final Child broker;
  private final int port;

  private ApacheKafka(Child broker, int port) {
    this.broker = broker;
    this.port = port;
  }

  /// Formats a folder, starts the broker and waits until it answers.
  static ApacheKafka in(Path folder) throws Exception {
    return in(folder, Map.of());
  }

  /// As [#in(Path)], with settings of its own.
  public static ApacheKafka in(Path folder, Map<String, String> more) throws Exception {
    Files.createDirectories(folder);
    int port = Ports.free();
    Path properties = folder.resolve("server.properties");
    try (BufferedWriter out = Files.newBufferedWriter(properties)) {
      settings(folder, port, more).store(out, null);
    }
    ForeignProgram kafka = ForeignProgram.named("tools").with("-Xmx512m");
    kafka.run(
        folder,
        PATIENCE,
        "kafka.tools.StorageTool",
        "format",
        "-t",
        CLUSTER_ID,
        "-c",
        properties.toString());
    ApacheKafka started =
        new ApacheKafka(kafka.start(folder, "kafka.Kafka", properties.toString()), port);
    started.awaitAnswer();
    return started;
  }

  private void awaitAnswer() {
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers", bootstrap(),
                "default.api.timeout.ms", "20000",
                "request.timeout.ms", "10000"))) {
      broker.until("an answer of Kafka's", PATIENCE, () -> answers(admin));
    } catch (AssertionError failure) {
      broker.close();
      throw failure;
    }
  }

  private static boolean answers(Admin admin) throws InterruptedException {
    try {
      return admin.describeCluster().nodes().get().size() == 1;
    } catch (ExecutionException e) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  String bootstrap() {
    return "127.0.0.1:" + port;
  }

  Records records() {
    return new Records(bootstrap());
  }

  @Override
  public void close() {
    broker.close();
  }

  private static Properties settings(Path folder, int port, Map<String, String> more)
      throws IOException {
    int controllerPort = Ports.free();
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            "process.roles",
            "broker,controller",
            "node.id",
            "1",
            "controller.quorum.voters",
            "1@127.0.0.1:" + controllerPort,
            "listeners",
            "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
            "advertised.listeners",
            "PLAINTEXT://127.0.0.1:" + port,
            "controller.listener.names",
            "CONTROLLER",
            "log.dirs",
            folder.resolve("logs").toString()));
    settings.putAll(
        Map.of(
            "offsets.topic.replication.factor", "1",
            "offsets.topic.num.partitions", "2",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.num.partitions", "2",
            "transaction.state.log.min.isr", "1",
            "share.coordinator.state.topic.replication.factor", "1",
            "group.initial.rebalance.delay.ms", "0"));
    settings.putAll(more);
    return settings;
  }
}
