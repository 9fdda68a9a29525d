package dev.daybook.compatibility.differential;

import dev.daybook.compatibility.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Apache Kafka from its published jars: one node, broker and controller at once, in a process of its own that ends with
/// this one.
final class KafkaSide implements Side {
  private static final String CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw";
  private static final long PATIENCE_SECONDS = 400;
  private static final long STOP_SECONDS = 20;

  /// Read by the JVM that starts Kafka: what Maven found for the room of foreign programs.
  private static final Path CLASS_PATH =
      Path.of(System.getProperty("daybook.kafka.classpath", "foreign/tools/target/classpath"))
          .toAbsolutePath();

  private final Process process;
  private final int port;

  /// Makes a directory ready and starts a broker on it.
  KafkaSide(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    this.port = Ports.free();
    Path properties = folder.resolve("server.properties");
    Files.writeString(properties, settings(folder, port, Ports.free()));
    Process format =
        java(
            folder.resolve("format.log"),
            "kafka.tools.StorageTool",
            "format",
            "-t",
            CLUSTER_ID,
            "-c",
            properties.toString());
    if (!format.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || format.exitValue() != 0) {
      format.destroyForcibly();
      throw new IOException(Files.readString(folder.resolve("format.log")));
    }
    Path log = folder.resolve("server.log");
    this.process = java(log, "kafka.Kafka", properties.toString());
    awaitPort(log);
  }

  private static String settings(Path folder, int port, int controllerPort) {
    return """
    process.roles=broker,controller
    node.id=1
    controller.quorum.voters=1@127.0.0.1:%2$d
    listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
    advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
    controller.listener.names=CONTROLLER
    log.dirs=%3$s
    auto.create.topics.enable=false
    offsets.topic.replication.factor=1
    offsets.topic.num.partitions=2
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    transaction.state.log.num.partitions=2
    share.coordinator.state.topic.replication.factor=1
    share.coordinator.state.topic.num.partitions=1
    group.initial.rebalance.delay.ms=0
    log.cleaner.dedupe.buffer.size=8388608
    num.network.threads=1
    num.io.threads=2
    """
        .formatted(port, controllerPort, folder.resolve("logs"));
  }

  private static Process java(Path log, String... words) throws IOException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setpriv"))) {
      command.addAll(List.of("/usr/bin/setpriv", "--pdeathsig", "KILL"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
    command.addAll(List.of("-cp", classPath()));
    command.addAll(List.of(words));
    return new ProcessBuilder(command)
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static String classPath() throws IOException {
    if (!Files.exists(CLASS_PATH)) {
      throw new AssertionError(CLASS_PATH + " is not there; -Pci makes it: ./mvnw verify -Pci");
    }
    return Files.readString(CLASS_PATH, StandardCharsets.UTF_8).trim();
  }

  private void awaitPort(Path log) throws IOException, InterruptedException {
    long started = System.nanoTime();
    while (!isReachable()) {
      boolean late = System.nanoTime() - started > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      if (late || !process.isAlive()) {
        process.destroyForcibly();
        throw new IOException("Apache Kafka did not start:\n" + Files.readString(log));
      }
      Thread.sleep(50);
    }
  }

  private boolean isReachable() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String name() {
    return "Kafka";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
