package dev.daybook.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DirectoryLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// Wrong use is answered with one line that says what to do, no stack trace, and an exit code that is not 0.
class CommandLineTest {
  @TempDir private Path directory;

  @Test
  void aStartWithoutRoomIsToldFromOneThatNothingHelps() {
    IOException full = new IOException("while writing", new IOException("No space left on device"));
    assertEquals(3, Main.exitCode(new UsageException("There is no room", full)));
    assertEquals(2, Main.exitCode(new UsageException("No such port", new IOException("port"))));
    assertEquals(1, Main.exitCode(full), "no start");
  }

  @Test
  void anUnknownFlagIsNamed() {
    assertComplains("--colour", "start", "--colour", "blue");
  }

  @Test
  void aPortThatIsNoPortIsNamed() {
    assertComplains("70000", start("--kafka-port", "70000"));
    assertComplains("many", start("--kafka-port", "many"));
  }

  @Test
  void aPortThatIsTakenIsNamedWithTheFlagThatChangesIt() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      for (String flag :
          new String[] {"--kafka-port", "--http-port", "--registry-port", "--connect-port"}) {
        String complaint = assertComplains(port, start(flag, port));
        assertTrue(complaint.contains(flag), complaint);
      }
    }
  }

  @Test
  void aDataDirectoryThatIsAFileIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "not a folder");
    assertComplains(
        file.toString(),
        "start",
        "--data",
        file.toString(),
        "--kafka-port",
        "0",
        "--http-port",
        "0",
        "--registry-port",
        "0",
        "--connect-port",
        "0");
  }

  @Test
  void aDataDirectoryInUseIsNamed() throws IOException {
    try (DirectoryLock _ = DirectoryLock.acquire(directory.resolve("data"))) {
      assertComplains(directory.resolve("data").toString(), start());
    }
  }

  @Test
  void anUnknownSettingIsNamedWithTheNearestOneThereIs() throws IOException {
    Path config = Files.writeString(directory.resolve("daybook.properties"), "num.partition=3\n");
    String complaint = assertComplains("num.partition", start("--config", config.toString()));
    assertTrue(complaint.contains("num.partitions"), complaint);
  }

  @Test
  void aWrongValueIsNamed() throws IOException {
    Path config =
        Files.writeString(directory.resolve("daybook.properties"), "journal.bytes=lots\n");
    assertComplains("journal.bytes", start("--config", config.toString()));
  }

  @Test
  void aWrongDefaultForTopicsIsNamed() throws IOException {
    Path config =
        Files.writeString(directory.resolve("daybook.properties"), "log.retention.ms=a week\n");
    assertComplains("log.retention.ms=a week", start("--config", config.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"socket.request.max.bytes", "max.connections", "num.partitions"})
  void aNumberThatIsTooLargeIsNamed(String setting) throws IOException {
    Path config =
        Files.writeString(directory.resolve("daybook.properties"), setting + "=4294967296\n");
    String complaint = assertComplains(setting, start("--config", config.toString()));
    assertTrue(complaint.contains("2147483647"), complaint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connections.max.idle.ms=9223372036854775807",
        "connections.max.idle.ms=-1",
        "request.arrival.timeout.ms=0",
        "max.connections=0",
        "max.connections.per.ip=4294967296",
        "queued.max.bytes=99999999999999999999",
        "group.initial.rebalance.delay.ms=4294967296"
      })
  void aNumberThatMakesNoSenseIsNamed(String setting) throws IOException {
    Path config = Files.writeString(directory.resolve("daybook.properties"), setting + "\n");
    assertComplains(
        setting.substring(0, setting.indexOf('=')), start("--config", config.toString()));
  }

  @Test
  void memoryTooSmallForOneRequestIsNamed() throws IOException {
    Path config =
        Files.writeString(directory.resolve("daybook.properties"), "queued.max.bytes=1000000\n");
    assertComplains("queued.max.bytes", start("--config", config.toString()));
  }

  @Test
  void anUnknownSettingIsAskedForTheOneThatWasMeantOnlyWhereItLooksLikeOne() throws IOException {
    Path config = Files.writeString(directory.resolve("daybook.properties"), "log.retenton.ms=1\n");
    assertComplains("did you mean 'log.retention.ms'?", start("--config", config.toString()));

    Files.writeString(config, "colour=blue\n");
    String complaint = assertComplains("'colour'", start("--config", config.toString()));
    assertTrue(complaint.contains("kafka-compatibility.md"), complaint);
    assertFalse(complaint.contains("did you mean"), complaint);
  }

  @Test
  void aMissingConfigFileIsNamed() {
    assertComplains(
        "nowhere.properties",
        start("--config", directory.resolve("nowhere.properties").toString()));
  }

  @Test
  void aListenerThatOthersReachNeedsInsecure() throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("daybook.properties"), "listeners=PLAINTEXT://0.0.0.0:0\n");
    assertComplains("--insecure", start("--config", config.toString()));
  }

  @Test
  void dataOfANewerDaybookIsRefused() throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    Files.writeString(
        data.resolve("format.json"),
        "{\"format\": 99, \"cluster.id\": \"iHq2k7nKQFuDtnWjXwH7Mg\"}");
    assertComplains("99", start());
  }

  @Test
  void nobodyAtTheAddressIsSaid() {
    assertComplains("daybook start", "topic", "list", "--bootstrap", "127.0.0.1:1");
  }

  @Test
  void helpIsEverywhere() {
    for (String[] command :
        new String[][] {
          {"--help"},
          {"start", "--help"},
          {"topic", "--help"},
          {"topic", "create", "--help"},
          {"produce", "--help"},
          {"consume", "--help"},
          {"backup", "--help"},
          {"restore", "--help"}
        }) {
      StringWriter out = new StringWriter();
      CommandLine line = Main.commandLine().setOut(new PrintWriter(out));
      assertEquals(0, line.execute(command));
      assertTrue(out.toString().contains("Usage:"), String.join(" ", command));
    }
  }

  private String[] start(String... more) {
    String[] all = new String[11 + more.length];
    String[] fixed = {
      "start",
      "--data",
      directory.resolve("data").toString(),
      "--kafka-port",
      "0",
      "--http-port",
      "0",
      "--registry-port",
      "0",
      "--connect-port",
      "0"
    };
    System.arraycopy(fixed, 0, all, 0, fixed.length);
    int length = fixed.length;
    for (int i = 0; i < more.length; i += 2) {
      int at = indexOf(all, more[i], length);
      all[at] = more[i];
      all[at + 1] = more[i + 1];
      length = Math.max(length, at + 2);
    }
    return java.util.Arrays.copyOf(all, length);
  }

  private static int indexOf(String[] all, String flag, int length) {
    for (int i = 0; i < length; i++) {
      if (flag.equals(all[i])) {
        return i;
      }
    }
    return length;
  }

  private static String assertComplains(String about, String... arguments) {
    StringWriter errors = new StringWriter();
    CommandLine line =
        Main.commandLine()
            .setErr(new PrintWriter(errors))
            .setOut(new PrintWriter(new StringWriter()));
    int exitCode = line.execute(arguments);
    String complaint = errors.toString().strip();
    assertNotEquals(0, exitCode, complaint);
    assertEquals(1, complaint.lines().count(), complaint);
    assertTrue(complaint.startsWith("daybook: ") && complaint.contains(about), complaint);
    return complaint;
  }
}
