package dev.daybook.compatibility;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/// A broker of Apache Kafka, one node that is its own controller.
final class ApacheKafka implements AutoCloseable {
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
    Files.createDirectories(folder);
    int port = Ports.free();
    Path properties =
        Files.writeString(folder.resolve("server.properties"), settings(folder, port));
    ForeignProgram kafka = ForeignProgram.named("tools");
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

  private static String settings(Path folder, int port) throws IOException {
    int controllerPort = Ports.free();
    return String.join(
        "\n",
        List.of(
            "process.roles=broker,controller",
            "node.id=1",
            "controller.quorum.voters=1@127.0.0.1:" + controllerPort,
            "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
            "advertised.listeners=PLAINTEXT://127.0.0.1:" + port,
            "controller.listener.names=CONTROLLER",
            "log.dirs=" + folder.resolve("logs"),
            "offsets.topic.replication.factor=1",
            "offsets.topic.num.partitions=2",
            "transaction.state.log.replication.factor=1",
            "transaction.state.log.num.partitions=2",
            "transaction.state.log.min.isr=1",
            "share.coordinator.state.topic.replication.factor=1",
            "group.initial.rebalance.delay.ms=0"));
  }
}
