package dev.daybook.server.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DirectoryLock;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.server.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `daybook repair` changes nothing until it is told to, and leaves a log that can be written to.
class RepairCommandTest {
  @TempDir private Path data;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeALog() throws IOException {
    new OrdersLog(data).append();
    new OrdersLog(data).append();
  }

  @Test
  void leavesAWholeLogAsItIs() {
    assertEquals(0, run("repair"), err::toString);
    assertTrue(out.toString().contains("Nothing is damaged"), out::toString);
    assertEquals(0, run("repair", "--accept-loss"), err::toString);
    assertTrue(out.toString().contains("nothing was changed"), out::toString);
  }

  @Test
  void saysWhatIsDamagedAndChangesNothing() throws IOException {
    Path segment = new OrdersLog(data).damage();
    byte[] before = Files.readAllBytes(segment);

    assertEquals(1, run("repair"), err::toString);
    assertTrue(out.toString().contains("--accept-loss"), out::toString);
    assertTrue(out.toString().contains(segment.getFileName().toString()), out::toString);
    assertEquals(1, run("repair"), err::toString);
    assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(segment)));
  }

  @Test
  void takesTheDamagedRecordsForLostWhenItIsTold() throws IOException {
    new OrdersLog(data).damage();

    assertEquals(0, run("repair", "--accept-loss"), err::toString);
    assertTrue(out.toString().contains("lost: "), out::toString);
    assertTrue(out.toString().contains("leader epoch"), out::toString);

    assertEquals(0, run("repair"), () -> out.toString() + err);
    AppendResult.Appended behind =
        assertInstanceOf(AppendResult.Appended.class, new OrdersLog(data).append());
    assertEquals(4, behind.baseOffset());
  }

  @Test
  void takesNothingForLostOfAFileThatWasBroughtBack() throws IOException {
    byte[] whole = Files.readAllBytes(new OrdersLog(data).segment());
    Path segment = new OrdersLog(data).damage();
    assertThrows(IOException.class, new OrdersLog(data)::read);
    assertEquals(1, run("repair"), err::toString);
    Files.write(segment, whole);

    assertEquals(0, run("repair"), out::toString);
    assertEquals(0, run("repair", "--accept-loss"), err::toString);

    assertTrue(out.toString().contains("nothing was changed"), out::toString);
    new OrdersLog(data).read();
  }

  @Test
  void writesTheFormatFileAgainFromItsCopy() throws IOException {
    Path format = data.resolve("format.json");
    String whole = Files.readString(format);
    Files.delete(format);

    assertEquals(0, run("repair", "--accept-loss"), err::toString);

    assertEquals(whole, Files.readString(format));
  }

  @Test
  void saysWhyItCannotRepair() throws IOException {
    Path empty = Files.createDirectory(data.resolve("empty"));
    assertEquals(2, execute(empty, "repair"));
    assertTrue(err.toString().contains("format.json"), err::toString);
    try (DirectoryLock _ = DirectoryLock.acquire(data)) {
      assertEquals(2, run("repair"));
    }
    assertTrue(err.toString().contains("in use"), err::toString);
  }

  private int run(String command, String... flags) {
    return execute(data, command, flags);
  }

  private int execute(Path directory, String command, String... flags) {
    out.getBuffer().setLength(0);
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(
        Stream.concat(Stream.of(command, directory.toString()), Stream.of(flags))
            .toArray(String[]::new));
  }
}
