package dev.daybook.connectors.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.connectors.roots.FileRoots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {
  @TempDir Path temp;
  private Path root = Path.of("unset");
  private Path log = Path.of("unset");

  @BeforeEach
  void allowRoot() throws IOException {
    root = Files.createDirectory(temp.toRealPath().resolve("root"));
    log = root.resolve("app.log");
    System.setProperty(FileRoots.PROPERTY, root.toString());
  }

  @AfterEach
  void allowNothing() {
    System.clearProperty(FileRoots.PROPERTY);
  }

  private SourceWorker worker(String files, String... more) {
    Map<String, String> config = new HashMap<>();
    config.put("files", root + "/" + files);
    config.put("topic", "lines");
    config.put("poll.interval.ms", "1");
    config.put("rotated.wait.ms", "0");
    for (int i = 0; i < more.length; i += 2) {
      config.put(more[i], more[i + 1]);
    }
    return new SourceWorker(config);
  }

  private void append(Path file, String text) throws IOException {
    append(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private void append(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Test
  void passesOnOnlyCompleteLines() throws Exception {
    append(log, "one\ntwo\r\n\nhal");
    SourceWorker worker = worker("app.log").start().drain();
    assertEquals(List.of("one", "two", ""), worker.values());
    append(log, "f\n");
    assertEquals(List.of("one", "two", "", "half"), worker.drain().values());
    assertEquals("app.log", worker.kept.getFirst().headers().lastWithName("file").value());
    assertEquals(4L, worker.kept.getFirst().sourceOffset().get("position"));
  }

  @Test
  void countsBytesNotCharactersWhenItGoesOn() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      lines.add("Zeile " + i + " größer 🦆 漢字");
    }
    append(log, String.join("\n", lines) + "\n");
    SourceWorker worker = worker("app.log", "batch.records", "777");
    while (worker.kept.size() < lines.size()) {
      worker.start();
      worker.poll();
      worker.poll();
      worker.commit();
      worker.poll();
      worker.crash();
    }
    assertEquals(lines, worker.values());
  }

  @Test
  void followsSeveralFilesOfAGlobButNotTheExcluded() throws Exception {
    append(root.resolve("a.log"), "a\n");
    append(root.resolve("b.log"), "b\n");
    append(root.resolve("c.log.gz"), "c\n");
    append(root.resolve("debug.log"), "d\n");
    SourceWorker worker = worker("*.log", "exclude", "debug.*").start().drain();
    assertEquals(List.of("a", "b"), worker.values().stream().sorted().toList());
  }

  @Test
  void startsAtTheEndIfAskedTo() throws Exception {
    append(log, "old\n");
    SourceWorker worker = worker("app.log", "start.at", "end").start().drain();
    append(log, "new\n");
    append(root.resolve("other.log"), "no\n");
    assertEquals(List.of("new"), worker.drain().values());
  }

  @Test
  void readsARenamedFileToItsEndAlsoWhenItHappenedWhileItWasDown() throws Exception {
    append(log, "1\n2\n");
    SourceWorker worker = worker("app.log").start().drain();
    worker.crash();
    append(log, "3\n4 without a break");
    Files.move(log, root.resolve("app.log.1"));
    append(log, "5\n");
    assertEquals(List.of("1", "2", "3", "4 without a break", "5"), worker.start().drain().values());
    worker.crash();
    assertEquals(5, worker.start().drain().values().size());
  }

  @Test
  void readsWhatCopyAndTruncateLeftInTheCopy() throws Exception {
    append(log, "1\n2\n");
    SourceWorker worker = worker("app.log").start().drain();
    append(log, "3\n4\n");
    Files.copy(log, root.resolve("app.log.1"));
    Files.write(log, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
    append(log, "5\n");
    assertEquals(List.of("1", "2", "3", "4", "5"), worker.drain().values());
    worker.crash();
    append(log, "6\n7\n");
    Files.copy(log, root.resolve("app.log.2"));
    Files.write(log, "8 is longer than what was there before\n".getBytes(StandardCharsets.UTF_8));
    assertEquals(
        List.of("1", "2", "3", "4", "5", "6", "7", "8 is longer than what was there before"),
        worker.start().drain().values());
  }

  @Test
  void knowsAFileThatOnlyGotTheInodeOfADeletedOne() throws Exception {
    append(log, "old 1\nold 2\n");
    SourceWorker worker = worker("app.log").start().drain();
    Files.delete(log);
    worker.drain();
    append(log, "new 1\nnew 2\nnew 3\n");
    assertEquals(List.of("old 1", "old 2", "new 1", "new 2", "new 3"), worker.drain().values());
  }

  /// Writers, both kinds of rotation, crashes of the worker: every line once and in order.
  @Test
  void losesAndDoublesNothingUnderRotationAndCrashes() throws Exception {
    for (long seed = 1; seed <= 40; seed++) {
      Random random = new Random(seed);
      boolean copies = seed % 2 == 0;
      Path folder = Files.createDirectory(root.resolve("run" + seed));
      Path file = folder.resolve("app.log");
      SourceWorker worker =
          worker(
              "run" + seed + "/app.log" + (copies ? "" : "*"),
              "batch.records",
              "" + (1 + random.nextInt(50)));
      worker.start();
      List<String> written = new ArrayList<>();
      for (int step = 0; step < 60; step++) {
        switch (random.nextInt(6)) {
          case 0, 1, 2 -> write(random, file, written);
          case 3 -> rotate(file, folder.resolve("app.log." + step), copies, worker);
          case 4 -> {
            if (random.nextBoolean()) {
              worker.commit();
            }
            worker.crash();
            worker.start();
          }
          default -> worker.poll();
        }
        if (random.nextInt(3) == 0) {
          worker.commit();
        }
      }
      assertSameLines(written, worker.drain(), seed);
      worker.crash();
      assertSameLines(written, worker.start().drain(), seed);
      worker.crash();
    }
  }

  /// Every line once, and within a file in order; files of the same clock tick may come in either order.
  private static void assertSameLines(List<String> written, SourceWorker worker, long seed) {
    Map<Object, Integer> lastOfFile = new HashMap<>();
    List<Integer> numbers = new ArrayList<>();
    for (SourceRecord record : worker.kept) {
      String line = String.valueOf(record.value());
      int number = Integer.parseInt(line.substring(0, line.indexOf(' ')));
      assertEquals(written.get(number), line, "seed " + seed);
      Integer before = lastOfFile.put(record.sourcePartition(), number);
      assertTrue(before == null || before < number, "order, seed " + seed);
      numbers.add(number);
    }
    numbers.sort(null);
    assertEquals(IntStream.range(0, written.size()).boxed().toList(), numbers, "seed " + seed);
  }

  private void write(Random random, Path file, List<String> written) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int lines = random.nextInt(60); lines >= 0; lines--) {
      String line = written.size() + " 🦆 " + "x".repeat(random.nextInt(300));
      written.add(line);
      text.append(line).append('\n');
    }
    append(file, text.toString());
  }

  private static void rotate(Path file, Path aside, boolean copies, SourceWorker worker)
      throws IOException, InterruptedException {
    if (!Files.exists(file)) {
      return;
    }
    if (!copies) {
      Files.move(file, aside);
      return;
    }
    // Rotation is slower than polling: the file was seen since the last time.
    worker.drain();
    Files.writeString(file, "", StandardOpenOption.APPEND);
    Files.copy(file, aside, StandardCopyOption.COPY_ATTRIBUTES);
    Files.write(file, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
    worker.poll();
    worker.poll();
  }

  @Test
  void stopsAtALineThatIsNotUtf8OrReplacesOrSkipsIt() throws Exception {
    append(log, "good\n");
    append(log, new byte[] {'b', (byte) 0xff, 'd', '\n'});
    append(log, "after\n");
    SourceWorker strict = worker("app.log", "batch.records", "1").start();
    strict.poll();
    strict.commit();
    Failure.of(
        ConnectException.class,
        strict::poll,
        "ends at byte 9 of app.log",
        "utf8=replace",
        "bad.lines=skip");
    assertEquals(List.of("good"), strict.values());
    assertEquals(
        List.of("good", "b\uFFFDd", "after"),
        worker("app.log", "utf8", "replace").start().drain().values());
    assertEquals(
        List.of("good", "after"), worker("app.log", "bad.lines", "skip").start().drain().values());
  }

  @Test
  void keepsNoMoreOfATooLongLineThanItMust() throws Exception {
    byte[] huge = new byte[5_000_000];
    Arrays.fill(huge, (byte) 'x');
    append(log, "a\n");
    append(log, huge);
    append(log, "\nb\n");
    SourceWorker worker =
        worker("app.log", "max.line.bytes", "1000", "bad.lines", "skip").start().drain();
    assertEquals(List.of("a", "b"), worker.values());
    Failure.of(
        ConnectException.class,
        () -> worker("app.log", "max.line.bytes", "1000").start().drain(),
        "longer than max.line.bytes");
  }

  @Test
  void readsJsonLinesIntoMaps() throws Exception {
    append(
        log,
        "{\"id\": 9007199254740993, \"x\": [1.5, null, true, \"\\ud83e\\udd86 \\n\"], \"o\": {}}\n");
    Object value = worker("app.log", "format", "jsonl").start().drain().values().getFirst();
    Map<String, Object> expected = new HashMap<>();
    expected.put("id", 9007199254740993L);
    expected.put("x", Arrays.asList(1.5, null, true, "🦆 \n"));
    expected.put("o", Map.of());
    assertEquals(expected, value);
    for (String bad :
        List.of(
            "{\"a\":1}}",
            "{'a':1}",
            "[1,]",
            "01",
            "1e999",
            "0.1234567890123456789",
            "{\"a\":1,\"a\":2}",
            "",
            "[".repeat(500))) {
      Path file = Files.writeString(root.resolve("bad.jsonl"), bad + "\n");
      Failure.of(
          ConnectException.class,
          () -> worker("bad.jsonl", "format", "jsonl").start().drain(),
          "is not JSON");
      Files.delete(file);
    }
  }

  @Test
  void readsNothingOutsideTheWorkersRoots() throws Exception {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    append(outside.resolve("secret"), "secret\n");
    Files.createSymbolicLink(root.resolve("link"), outside);
    Files.createSymbolicLink(root.resolve("linked.log"), outside.resolve("secret"));
    for (String files :
        List.of(
            outside + "/secret",
            root + "/../outside/secret",
            root + "/link/secret",
            "/etc/passwd",
            "etc/passwd",
            root + "/",
            "secret",
            "/../etc/passwd",
            root + "x/secret")) {
      Map<String, String> config = Map.of("files", files, "topic", "t");
      FileSourceConnector connector = new FileSourceConnector();
      assertFalse(errors(connector, config).isEmpty(), files);
      Failure.of(ConfigException.class, () -> connector.start(config), "files");
      Failure.of(ConfigException.class, () -> new FileSourceTask().start(config), "files");
    }
    assertEquals(
        List.of(), worker("*.log").start().drain().values(), "a link is not a file of this folder");

    System.clearProperty(FileRoots.PROPERTY);
    Failure.of(ConfigException.class, () -> worker("app.log").start(), "connect.file.roots");
  }

  /// A link put in place of a file or of the folder, in the very moment it is opened, leads nowhere.
  @Test
  void losesNoRaceAgainstLinks() throws Exception {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    append(outside.resolve("app.log"), "secret\n");
    Path folder = Files.createDirectory(root.resolve("logs"));
    append(folder.resolve("app.log"), "fine\n");
    SourceFolder source = new SourceFolder(folder, "app.log", List.of());
    SourceFolder.Entry listed = source.list().getFirst();
    Files.delete(folder.resolve("app.log"));
    Files.createSymbolicLink(folder.resolve("app.log"), outside.resolve("app.log"));
    Failure.of(IOException.class, () -> source.open(listed));
    assertEquals(List.of(), source.list());

    Files.delete(folder.resolve("app.log"));
    Files.delete(folder);
    Files.createSymbolicLink(folder, outside);
    Failure.of(ConnectException.class, source::list, "replaced by a link");
  }

  @Test
  void supportsExactlyOnceWithOneTask() {
    FileSourceConnector connector = new FileSourceConnector();
    Map<String, String> config = worker("app.log").config;
    connector.start(config);
    assertEquals(List.of(config), connector.taskConfigs(5));
    assertEquals(ExactlyOnceSupport.SUPPORTED, connector.exactlyOnceSupport(config));
    assertTrue(errors(connector, config).isEmpty());
  }

  private static List<String> errors(FileSourceConnector connector, Map<String, String> config) {
    return connector.validate(config).configValues().stream()
        .map(ConfigValue::errorMessages)
        .flatMap(List::stream)
        .toList();
  }
}
