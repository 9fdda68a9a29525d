package dev.daybook.eventlog.labs;

import dev.daybook.eventlog.labs.TransactionEvent.Aborted;
import dev.daybook.eventlog.labs.TransactionEvent.Committed;
import dev.daybook.eventlog.labs.TransactionEvent.Ending;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A [Copier] in a JVM of its own, from its parent's side: what it says becomes history. It ends with its parent.
final class CopierProcess implements AutoCloseable {
  private final Process process;
  private final PrintStream in;
  private final Consumer<TransactionEvent> history;
  private volatile CountDownLatch stopped = new CountDownLatch(0);
  private volatile String lastWords = "nothing";

  private CopierProcess(Process process, Consumer<TransactionEvent> history) {
    this.process = process;
    this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.history = history;
    Thread listener = new Thread(this::listen, "listens-to-copier");
    listener.setDaemon(true);
    listener.start();
  }

  static CopierProcess start(LabImage image, Consumer<TransactionEvent> history)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            String.join(File.pathSeparator, image.classPath()),
            Copier.class.getName());
    return new CopierProcess(builder.redirectErrorStream(true).start(), history);
  }

  void begin(int port, String run, String name, int partitions, long seed) {
    stopped = new CountDownLatch(1);
    in.println(port + " " + run + " " + name + " " + partitions + " " + seed);
  }

  /// Lets it bring its transaction to an end.
  void stop(long patienceSeconds) throws InterruptedException {
    in.println("stop");
    if (process.isAlive() && !stopped.await(patienceSeconds, TimeUnit.SECONDS)) {
      throw new AssertionError("A copier does not stop; the last it said: " + lastWords);
    }
  }

  /// SIGSTOP: it is a zombie when the others have gone on without it.
  void pause() throws IOException, InterruptedException {
    Tool.run("kill", "-STOP", Long.toString(process.pid()));
  }

  void resume() throws IOException, InterruptedException {
    Tool.run("kill", "-CONT", Long.toString(process.pid()));
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  String lastWords() {
    return lastWords;
  }

  private void listen() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lastWords = line;
        note(line.split(" ", -1));
      }
    } catch (IOException e) {
      lastWords += "; then " + e;
    } finally {
      stopped.countDown();
    }
  }

  private void note(String[] words) {
    switch (words[0]) {
      case "ending" ->
          history.accept(
              new Ending(
                  words[1], Arrays.stream(words[2].split(",", -1)).map(Integer::valueOf).toList()));
      case "committed" -> history.accept(new Committed(words[1]));
      case "aborted" -> history.accept(new Aborted(words[1]));
      case "stopped" -> stopped.countDown();
      default -> {} // What it stumbled over; the last of it is told when something is wrong.
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
