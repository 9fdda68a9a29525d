package dev.daybook.server.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.daybook.eventlog.disk.DirectoryLock;
import dev.daybook.server.Main;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `daybook check` tells by its exit code whether every record is there, and by its report what is not.
class CheckCommandTest {
  @TempDir private Path data;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeALog() throws IOException {
    new OrdersLog(data).append();
  }

  @Test
  void isContentWithAWholeLog() {
    assertEquals(0, check("--json"), err::toString);
    JsonObject report = new JsonObject(out.toString());
    assertEquals("clean", report.getString("verdict"), out::toString);
    assertEquals(0, report.getJsonArray("problems").size(), out::toString);
    JsonObject orders =
        report.getJsonArray("partitions").stream()
            .map(JsonObject.class::cast)
            .filter(partition -> partition.getString("topic").equals("orders"))
            .findFirst()
            .orElseThrow();
    assertEquals(2, orders.getJsonArray("segments").getJsonObject(0).getLong("records"));

    assertEquals(0, check());
    assertTrue(out.toString().contains("clean: every record is there"), out::toString);
  }

  @Test
  void namesWhatIsDamaged() throws IOException {
    Path segment = new OrdersLog(data).damage();

    assertEquals(1, check(), err::toString);
    assertTrue(out.toString().contains("offsets 0 to 1"), out::toString);
    assertTrue(out.toString().contains(segment.toString()), out::toString);
    assertEquals(1, check("--json"));
    JsonObject report = new JsonObject(out.toString());
    assertEquals("damaged", report.getString("verdict"));
    JsonObject problem = report.getJsonArray("problems").getJsonObject(0);
    assertEquals("batches", problem.getString("kind"));
    assertEquals(segment, data.resolve(problem.getString("file")));
  }

  @Test
  void saysWhyItCannotCheck() throws IOException {
    assertEquals(2, run(data.resolve("elsewhere")));
    assertTrue(err.toString().contains("There is no directory"), err::toString);
    assertEquals(2, run(Files.createDirectory(data.resolve("empty"))));
    assertTrue(err.toString().contains("format.json"), err::toString);
    try (DirectoryLock _ = DirectoryLock.acquire(data)) {
      assertEquals(2, check());
    }
    assertTrue(err.toString().contains("in use"), err::toString);
  }

  @Test
  void leavesTheDirectorysModeAsItIs() throws IOException {
    Set<PosixFilePermission> readOnly = PosixFilePermissions.fromString("r-xr-x---");
    Files.setPosixFilePermissions(data, readOnly);
    try {
      assertEquals(0, check(), err::toString);
      assertEquals(readOnly, Files.getPosixFilePermissions(data));
    } finally {
      Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void checksACopyThatNobodyCanWriteTo(@TempDir Path mount) throws Exception {
    boolean mounted =
        works("mount", "--bind", data.toString(), mount.toString())
            && works("mount", "-o", "remount,ro,bind", mount.toString());
    try {
      assumeTrue(
          mounted || Boolean.getBoolean("daybook.ci"), "no read-only mount: this needs root");
      assertThrows(IOException.class, () -> Files.createFile(mount.resolve("new")));
      assertEquals(0, run(mount), err::toString);
      assertTrue(out.toString().contains("clean: every record is there"), out::toString);
    } finally {
      works("umount", mount.toString());
    }
  }

  private static boolean works(String... command) throws Exception {
    return new ProcessBuilder(command).start().waitFor() == 0;
  }

  private int check(String... flags) {
    return run(data, flags);
  }

  private int run(Path directory, String... flags) {
    out.getBuffer().setLength(0);
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(
        Stream.concat(Stream.of("check", directory.toString()), Stream.of(flags))
            .toArray(String[]::new));
  }
}
