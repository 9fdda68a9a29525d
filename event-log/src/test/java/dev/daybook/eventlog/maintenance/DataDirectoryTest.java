package dev.daybook.eventlog.maintenance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.partition.RecordValidator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A directory that others can enter, and that somebody names as Daybook's.
class DataDirectoryTest {
  private static final String OPEN = "rwxr-xr-x";
  private static final String CLOSED = "rwx------";

  @TempDir private Path parent;
  private Path directory;

  @BeforeEach
  void create() throws IOException {
    directory = Files.createDirectory(parent.resolve("data"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(OPEN));
  }

  @Test
  void noLogBeginsAmongTheFilesOfOthers() throws IOException {
    Files.createFile(directory.resolve("letter"));
    Files.createFile(directory.resolve("photo"));

    IOException refused = assertThrows(IOException.class, this::startAndStop);

    assertTrue(
        String.valueOf(refused.getMessage())
            .startsWith(
                "The directory "
                    + directory
                    + " is neither empty nor a data directory of Daybook (there is letter and 1 more)"),
        () -> "" + refused);
    assertEquals(OPEN, modes());
    assertFalse(Files.exists(directory.resolve(".lock")));
    assertFalse(Files.exists(directory.resolve("format.json")));
  }

  @Test
  void aHomeIsNotEmptyThoughAllItsFilesAreHidden() throws IOException {
    Files.createFile(directory.resolve(".bashrc"));

    assertThrows(IOException.class, this::startAndStop);
    assertEquals(OPEN, modes());
  }

  @Test
  void whatComesWithADirectoryIsNothing() throws IOException {
    Files.createDirectory(directory.resolve("lost+found"));
    Files.createFile(directory.resolve(".gitkeep"));
    Files.createFile(directory.resolve("format.json.tmp"));

    startAndStop();

    assertEquals(CLOSED, modes());
  }

  @Test
  void aVolumeThatWasJustMadeIsEmptyWhateverMadeIt() throws IOException {
    for (String name :
        List.of(
            "System Volume Information",
            "$RECYCLE.BIN",
            ".Trash-1000",
            ".snapshots",
            ".fseventsd")) {
      Files.createDirectory(directory.resolve(name));
    }

    startAndStop();

    assertEquals(CLOSED, modes());
  }

  @Test
  void aVolumeThatKubernetesFillsIsNotEmpty() throws IOException {
    Files.createDirectory(directory.resolve("..2026_11_23_10_00_00.1"));
    Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026_11_23_10_00_00.1"));

    assertThrows(IOException.class, this::startAndStop);
  }

  @Test
  void ourOwnIsTakenAgainWhateverLiesBeside() throws IOException {
    startAndStop();
    Files.createFile(directory.resolve("note"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(OPEN));

    startAndStop();

    assertEquals(CLOSED, modes());
  }

  @Test
  void noBackupIsMadeInsideOfTheLogByWayOfALink() throws IOException {
    startAndStop();
    Path link = Files.createSymbolicLink(parent.resolve("link"), directory);

    IOException refused =
        assertThrows(
            IOException.class,
            () -> Backup.requireOutside(new FileDisk(), directory, link.resolve("backup/today")));

    assertTrue(String.valueOf(refused.getMessage()).contains("lies in the data directory"));
    assertThrows(
        IOException.class,
        () -> Backup.requireOutside(new FileDisk(), link, directory.resolve("backup")));
    Backup.requireOutside(new FileDisk(), link, parent.resolve("backup"));
  }

  private String modes() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory));
  }

  private void startAndStop() throws IOException {
    EventLog.open(
            EventLogConfig.in(directory),
            (topic, records) -> new RecordValidator.Verdict.Accepted(),
            failure -> {})
        .close();
  }
}
