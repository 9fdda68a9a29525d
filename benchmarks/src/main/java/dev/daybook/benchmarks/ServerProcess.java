package dev.daybook.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Scanner;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/// One contender in a JVM of its own, and what the kernel counts for it.
final class ServerProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long STOP_SECONDS = 30;

  /// What the kernel counts CPU time in, on every Linux that Java runs on.
  private static final double TICKS_PER_SECOND = 100;

  /// In `/proc/PID/stat`, between the command's name and the user and system time.
  private static final int FIELDS_BEFORE_TIMES = 11;

  private final Contender contender;
  private final Process process;
  private final Path gcLog;
  private final DataDevice device;
  private final InetSocketAddress address;
  private final Duration startTime;
  private final double startCpuSeconds;

  private ServerProcess(
      Contender contender,
      Process process,
      Path gcLog,
      DataDevice device,
      InetSocketAddress address,
      Duration startTime)
      throws IOException {
    this.contender = contender;
    this.process = process;
    this.gcLog = gcLog;
    this.device = device;
    this.address = address;
    this.startTime = startTime;
    this.startCpuSeconds = cpuSeconds();
  }

  /// Starts it and waits until it serves ApiVersions.
  static ServerProcess start(Contender contender, Commands commands, Path data, int port)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Path output = data.resolve("server-" + begun + ".log");
    Process process =
        Child.start(commands.start(contender, data, port), commands.environment(contender), output);
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    while (!WireConnection.servesApiVersions(address)) {
      if (!process.isAlive() || System.nanoTime() - begun > PATIENCE.toNanos()) {
        process.destroyForcibly().waitFor();
        throw new IOException(contender.title() + " did not start:\n" + Files.readString(output));
      }
      LockSupport.parkNanos(2_000_000);
    }
    return new ServerProcess(
        contender,
        process,
        Commands.gcLog(data),
        DataDevice.of(data),
        address,
        Duration.ofNanos(System.nanoTime() - begun));
  }

  Contender contender() {
    return contender;
  }

  InetSocketAddress address() {
    return address;
  }

  String bootstrap() {
    return "127.0.0.1:" + address.getPort();
  }

  /// From the start of the process to its first answer.
  Duration startTime() {
    return startTime;
  }

  /// User and system time from the start of the process to its first answer.
  double startCpuSeconds() {
    return startCpuSeconds;
  }

  /// What it took since its start.
  Cost cost() throws IOException {
    GcLog collections = GcLog.read(gcLog);
    return new Cost(
        cpuSeconds(), device.writtenBytes(), collections.allocatedBytes(), collections.pausedMs());
  }

  /// User and system time since its start.
  private double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
    Scanner fields = new Scanner(stat.substring(stat.lastIndexOf(')') + 1));
    for (int skipped = 0; skipped < FIELDS_BEFORE_TIMES; skipped++) {
      fields.next();
    }
    return (fields.nextLong() + fields.nextLong()) / TICKS_PER_SECOND;
  }

  /// Bytes of physical memory it holds now, files' that it has mapped included.
  long residentBytes() throws IOException {
    return memory("VmRSS:");
  }

  /// Of these, what no file stands behind: the system could take it away from nobody else.
  long ownBytes() throws IOException {
    return memory("RssAnon:");
  }

  private long memory(String kind) throws IOException {
    for (String line :
        Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      if (line.startsWith(kind)) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("/proc says nothing of the memory of process " + process.pid());
  }

  /// As the power cut does it, but for the page cache.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Asks it to stop, and ends it when it does not in half a minute.
  @Override
  public void close() {
    process.destroy();
    try {
      process.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
