package dev.daybook.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The command lines of the contenders and of Kafka's tools: each with the JVM options its own start script gives.
final class Commands {
  static final String DAYBOOK_HEAP = "-Xmx256m";
  static final String KAFKA_HEAP = "-Xmx1G";

  /// A cache that is not whole yet, by the process that makes it.
  private static final String MAKING = "making.aot.";

  private static final String CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw";
  private static final List<String> NATIVE_ACCESS =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
  private static final List<String> DAYBOOK_JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-XX:TrimNativeHeapInterval=5000",
          "-Xlog:disable",
          "-Xlog:all=warning:stderr",
          "-Xlog:aot*=error:stderr",
          "-Xms32m",
          DAYBOOK_HEAP);
  private static final List<String> KAFKA_JVM =
      List.of(
          "-server",
          "-XX:+UseG1GC",
          "-XX:MaxGCPauseMillis=20",
          "-XX:InitiatingHeapOccupancyPercent=35",
          "-XX:+ExplicitGCInvokesConcurrent");

  private final Path target;
  private final List<String> extraDaybookOptions;

  /// @param home the `benchmarks` folder, built
  Commands(Path home, List<String> extraDaybookOptions) {
    this.target = home.resolve("target");
    this.extraDaybookOptions = extraDaybookOptions;
  }

  /// Makes a data directory ready for its first start.
  void prepare(Contender contender, Path data, int port) throws IOException, InterruptedException {
    Files.createDirectories(data);
    if (contender == Contender.KAFKA || contender == Contender.KAFKA_FORCED) {
      Path properties = data.resolve("server.properties");
      Files.writeString(properties, kafkaProperties(contender, data, port));
      List<String> format = java(List.of("-Xmx256m"), allClasses(), "kafka.tools.StorageTool");
      format.addAll(List.of("format", "-t", CLUSTER_ID, "-c", properties.toString()));
      Child.runToEnd(format, data.resolve("format.log"));
    }
    if (contender == Contender.DAYBOOK && !Files.exists(cache())) {
      rehearse(data);
    }
  }

  /// What its start script adds to the environment.
  Map<String, String> environment(Contender contender) {
    return contender == Contender.DAYBOOK ? Map.of("MALLOC_ARENA_MAX", "2") : Map.of();
  }

  /// What `./daybook` does after a build: lets the JVM learn what a start needs.
  private void rehearse(Path data) throws IOException, InterruptedException {
    clearBrokenOff();
    List<String> options = new ArrayList<>(daybookOptions());
    Path making = target.resolve(MAKING + ProcessHandle.current().pid());
    options.addAll(List.of("-Xlog:disable", "-XX:AOTCacheOutput=" + making));
    List<String> command = java(options, daybookClasses(), "dev.daybook.server.Main");
    command.add("rehearse");
    Child.runToEnd(command, data.resolve("rehearse.log"));
    // Never that of a rehearsal that was broken off: it can crash the JVM.
    Files.move(making, cache(), StandardCopyOption.ATOMIC_MOVE);
  }

  /// Removes what rehearsals left that were broken off: `making.aot.PID`, and what the JVM puts beside it.
  private void clearBrokenOff() throws IOException {
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(target, MAKING + "*")) {
      for (Path left : leftovers) {
        String pid = left.getFileName().toString().substring(MAKING.length()).split("\\.", 2)[0];
        if (ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
          Files.delete(left);
        }
      }
    }
  }

  /// Fits one build and one collector.
  private Path cache() throws IOException {
    int fits = (daybookOptions() + daybookClasses() + newestJar()).hashCode();
    return target.resolve("start-%08x.aot".formatted(fits));
  }

  private long newestJar() throws IOException {
    long newest = 0;
    for (String jar : daybookClasses().split(":", -1)) {
      newest = Math.max(newest, Files.getLastModifiedTime(Path.of(jar)).toMillis());
    }
    return newest;
  }

  private String daybookClasses() throws IOException {
    return Files.readString(target.resolve("daybook.classpath")).trim();
  }

  private List<String> daybookOptions() {
    List<String> options = new ArrayList<>(DAYBOOK_JVM);
    if (extraDaybookOptions.stream().anyMatch(option -> option.matches("-XX:\\+Use.*GC"))) {
      options.remove("-XX:+UseSerialGC");
    }
    options.addAll(extraDaybookOptions);
    return options;
  }

  /// Where a contender's JVM tells of its collections.
  static Path gcLog(Path data) {
    return data.resolve("gc.log");
  }

  List<String> start(Contender contender, Path data, int port) throws IOException {
    return switch (contender) {
      case DAYBOOK -> daybook(data, port);
      case KAFKA, KAFKA_FORCED -> kafka(data);
      case NULL_BROKER -> nullBroker(port);
      case NULL_BROKER_FORCED -> nullBroker(port, data.toString());
      case NULL_BROKER_TWICE -> nullBroker(port, data.toString(), "twice");
      case NULL_BROKER_KEPT -> nullBroker(port, data.toString(), "kept");
    };
  }

  /// A tool of Kafka's, in a JVM as `kafka-run-class.sh` starts it.
  List<String> kafkaTool(String mainClass, List<String> arguments) throws IOException {
    List<String> options = new ArrayList<>(KAFKA_JVM);
    options.add("-Xmx512M");
    List<String> command = java(options, allClasses(), mainClass);
    command.addAll(arguments);
    return command;
  }

  private List<String> daybook(Path data, int port) throws IOException {
    List<String> options = daybookOptions();
    options.addAll(List.of(GcLog.option(gcLog(data)), "-XX:AOTCache=" + cache()));
    List<String> command = java(options, daybookClasses(), "dev.daybook.server.Main");
    command.addAll(List.of("start", "--data", data.resolve("data").toString()));
    command.addAll(List.of("--kafka-port", Integer.toString(port), "--http-port", "0"));
    command.addAll(List.of("--registry-port", "0", "--connect-port", "0"));
    return command;
  }

  private List<String> kafka(Path data) throws IOException {
    List<String> options = new ArrayList<>(KAFKA_JVM);
    options.addAll(List.of(KAFKA_HEAP, "-Xms1G", GcLog.option(gcLog(data))));
    List<String> command = java(options, allClasses(), "kafka.Kafka");
    command.add(data.resolve("server.properties").toString());
    return command;
  }

  private List<String> nullBroker(int port, String... arguments) throws IOException {
    List<String> command =
        java(List.of("-Xmx256m", "-XX:+UseSerialGC"), allClasses(), NullBroker.class.getName());
    command.add(Integer.toString(port));
    command.addAll(List.of(arguments));
    return command;
  }

  private String allClasses() throws IOException {
    return target.resolve("classes")
        + ":"
        + Files.readString(target.resolve("all.classpath")).trim();
  }

  private static List<String> java(List<String> options, String classPath, String mainClass) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(NATIVE_ACCESS);
    command.addAll(List.of("-cp", classPath, mainClass));
    return command;
  }

  private static String kafkaProperties(Contender contender, Path data, int port)
      throws IOException {
    int controllerPort = Ports.free();
    String settings =
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        log.dirs=%3$s
        offsets.topic.replication.factor=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        share.coordinator.state.topic.replication.factor=1
        log.segment.delete.delay.ms=1000
        """
            .formatted(port, controllerPort, data.resolve("logs"));
    return contender == Contender.KAFKA_FORCED
        ? settings + "log.flush.interval.messages=1\n"
        : settings;
  }
}
