package dev.daybook.eventlog.labs;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A [LabServer] in a JVM of its own, from its parent's side. Ends with its parent, however that ends. Whatever it says
/// is kept in a file of its own beside what it leaves, `life-PID.txt`, from its first word to its last.
final class LabProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 180;

  private final Process process;
  private final BlockingQueue<Optional<String>> said = new LinkedBlockingQueue<>();
  private final PrintStream in;
  private boolean standby;

  private LabProcess(Process process, Path folder) throws IOException {
    this.process = process;
    this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    Writer kept = Files.newBufferedWriter(folder.resolve("life-" + process.pid() + ".txt"));
    Thread.ofPlatform()
        .daemon()
        .name("listener-" + process.pid())
        .start(() -> listen(process.inputReader(StandardCharsets.UTF_8), kept));
  }

  /// Starts a process; it gets ready by itself while others work.
  ///
  /// @param folder where its words are kept; it must be there
  static LabProcess start(LabImage image, Path folder) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(image.flags());
    command.addAll(List.of("-cp", String.join(File.pathSeparator, image.classPath())));
    command.add(LabServer.class.getName());
    return new LabProcess(new ProcessBuilder(command).redirectErrorStream(true).start(), folder);
  }

  private void listen(BufferedReader out, Writer kept) {
    try (kept) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        kept.write(line);
        kept.write('\n');
        kept.flush();
        said.add(Optional.of(line));
      }
    } catch (IOException e) {
      said.add(Optional.of("nobody hears it any more: " + e));
    } finally {
      said.add(Optional.empty());
    }
  }

  long pid() {
    return process.pid();
  }

  /// Waits until it could open a log.
  void awaitStandby() throws IOException {
    if (!standby) {
      expect("standby");
      standby = true;
    }
  }

  /// Opens a log and its port.
  ///
  /// @param port 0 for any
  /// @return the port
  int open(Path directory, int port) throws IOException {
    return open(directory, Integer.toString(port));
  }

  /// Opens a log and a free port, while clients are told to come by another one.
  int openBehind(Path directory, int advertisedPort) throws IOException {
    return open(directory, "0 " + advertisedPort);
  }

  private int open(Path directory, String ports) throws IOException {
    awaitStandby();
    in.println(directory);
    in.println(ports);
    return Integer.parseInt(expect("ready").strip());
  }

  /// The rest of the first line that begins with this word; the others are told when it never comes.
  private String expect(String word) throws IOException {
    StringBuilder others = new StringBuilder();
    for (Optional<String> line = next(); line.isPresent(); line = next()) {
      if (line.get().startsWith(word)) {
        return line.get().substring(word.length());
      }
      others.append(line.get()).append('\n');
    }
    throw new IOException("The server ended before it was " + word + ": " + others);
  }

  private Optional<String> next() throws IOException {
    try {
      return said.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Nobody waits for what the server says");
    }
  }

  /// Tells what its threads do, when it does not do what it must.
  void tellThreads() throws IOException, InterruptedException {
    Process jstack =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jstack").toString(),
                Long.toString(pid()))
            .redirectErrorStream(true)
            .start();
    jstack.inputReader(StandardCharsets.UTF_8).lines().forEach(System.out::println);
    jstack.waitFor();
  }

  /// SIGKILL, and the end of it.
  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitEnd(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /// SIGSTOP: the machine goes on, the process does not.
  void pause() throws IOException, InterruptedException {
    Tool.run("kill", "-STOP", Long.toString(pid()));
  }

  void resume() throws IOException, InterruptedException {
    Tool.run("kill", "-CONT", Long.toString(pid()));
  }

  /// Ends in order: nothing is left to recover.
  void closeInOrder() throws InterruptedException {
    in.println("close");
    awaitEnd(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /// @return whether it ended in time
  boolean endsWithin(long ms) throws InterruptedException {
    return process.waitFor(ms, TimeUnit.MILLISECONDS);
  }

  int status() {
    return process.exitValue();
  }

  private void awaitEnd(long time, TimeUnit unit) throws InterruptedException {
    if (!process.waitFor(time, unit)) {
      throw new AssertionError("The process " + pid() + " does not end");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
