package dev.daybook.examples.demo.pipeline;

import dev.daybook.server.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `daybook start` as a process of its own, which can be killed. What it says goes to `server.log`.
public final class ServerProcess {
  private static final Pattern READY =
      Pattern.compile(
          "daybook ready kafka=(\\S+) http=(\\S+) registry=(\\S+) connect=(\\S+) data=.*");
  private static final long STOP_SECONDS = 60;

  private final Process process;
  private final String kafka;
  private final String http;
  private final String registry;
  private final String connect;

  private ServerProcess(Process process, Matcher ready) {
    this.process = process;
    this.kafka = ready.group(1);
    this.http = ready.group(2);
    this.registry = ready.group(3);
    this.connect = ready.group(4);
  }

  /// Ends the server that a killed demo left on the folder's log.
  public static void endLeftOver(Path folder) throws IOException {
    LeftOver.end(folder.resolve("server.pid"), folder.resolve("log"));
  }

  /// Starts the server on the folder's log and waits until it is ready.
  public static ServerProcess start(Path folder, Ports ports) throws IOException {
    Path log = folder.resolve("server.log");
    Path pidFile = folder.resolve("server.pid");
    ProcessBuilder builder = new ProcessBuilder(command(folder, ports));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Process process = builder.start();
    Files.writeString(pidFile, Long.toString(process.pid()));
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    while (line != null) {
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        return new ServerProcess(process, ready);
      }
      line = out.readLine();
    }
    throw new UsageException(
        "The server does not start; the end of " + log + " says why: " + lastLine(log));
  }

  private static List<String> command(Path folder, Ports ports) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xms32m",
            "-Xmx256m",
            "-Xlog:disable",
            "-Xlog:all=warning:stderr",
            "-Xlog:aot*=error:stderr",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Ddaybook.plugins=" + System.getProperty("daybook.plugins", "")));
    String cache = System.getProperty("daybook.aot");
    if (cache != null) {
      command.add("-XX:AOTCache=" + cache);
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty(
                "daybook.lib", Objects.requireNonNull(System.getProperty("java.class.path"))),
            "dev.daybook.server.Main",
            "start"));
    command.addAll(
        List.of("--data", folder.resolve("log").toString(), "--config", config(folder).toString()));
    command.addAll(
        List.of(
            "--kafka-port",
            Integer.toString(ports.kafka()),
            "--http-port",
            Integer.toString(ports.http())));
    command.addAll(
        List.of(
            "--registry-port",
            Integer.toString(ports.registry()),
            "--connect-port",
            Integer.toString(ports.connect())));
    return command;
  }

  private static Path config(Path folder) throws IOException {
    Path sinks = Files.createDirectories(folder.resolve("sinks"));
    return Files.writeString(
        folder.resolve("daybook.properties"),
        "# Written anew by each run of the demo.\nconnect.file.roots="
            + sinks
            + "\ngroup.initial.rebalance.delay.ms=0\n");
  }

  private static String lastLine(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .reduce("", (before, line) -> line.isBlank() ? before : line);
  }

  public String kafka() {
    return kafka;
  }

  public String page() {
    return "http://" + http;
  }

  public String registry() {
    return "http://" + registry;
  }

  public String connect() {
    return "http://" + connect;
  }

  /// The ports it listens on, for its successor.
  public Ports ports() {
    return new Ports(port(kafka), port(http), port(registry), port(connect));
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// `kill -9`: the process gets no chance to do anything more.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Ends it as SIGTERM does: what is in flight is finished.
  public void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      kill();
    }
  }
}
