package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.log.FileSlice;
import dev.daybook.eventlog.time.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What stays open for a client who is likely to ask for what follows.
class LastSentTest {
  @TempDir private Path directory;

  private final List<DiskFile> files = new ArrayList<>();
  private final List<String> closed = new ArrayList<>();
  private final Queue<Runnable> readers = new ArrayDeque<>();
  private final ManualClock clock = new ManualClock();
  private final LastSent lastSent = new LastSent(new KeptFiles(512, readers::add), clock);

  @AfterEach
  void close() throws Exception {
    for (DiskFile file : files) {
      file.close();
    }
  }

  @Test
  void ofOneFileTheLastSliceIsEnoughAndNobodyIsWokenToLetGoOfTheOneBefore() throws Exception {
    DiskFile file = file();
    lastSent.keep(slice(file, "first"));
    lastSent.keep(slice(file, "second"));
    lastSent.keep(slice(file, "third"));

    assertEquals(List.of("first", "second"), closed);
    assertEquals(0, readers.size());
  }

  @Test
  void ofNineFilesThatWhichWasLeftLongestAgoIsClosedByAReader() throws Exception {
    DiskFile first = file();
    lastSent.keep(slice(first, "first"));
    for (int i = 1; i < 8; i++) {
      lastSent.keep(slice(file(), "other " + i));
    }
    lastSent.keep(slice(first, "first again"));
    assertEquals(List.of("first"), closed);

    lastSent.keep(slice(file(), "ninth"));
    assertEquals(1, readers.size());
    readers.remove().run();
    assertEquals(List.of("first", "other 1"), closed);
  }

  @Test
  void aClientWhoDoesNotComeBackForASecondKeepsNothingOpen() throws Exception {
    lastSent.keep(slice(file(), "slice"));
    clock.advance(Duration.ofSeconds(1));
    lastSent.rest(clock.monotonicNs());
    assertEquals(0, readers.size());

    clock.advance(Duration.ofMillis(1));
    lastSent.rest(clock.monotonicNs());
    readers.remove().run();
    assertEquals(List.of("slice"), closed);
  }

  /// It reads one partition after the other, or one segment after the other, and those it has left may be deleted.
  @Test
  void aFileForWhichABusyClientDoesNotComeBackForASecondIsClosed() throws Exception {
    DiskFile busy = file();
    lastSent.keep(slice(busy, "busy"));
    lastSent.keep(slice(file(), "left"));
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofMillis(400));
      lastSent.keep(slice(busy, "busy again"));
    }
    lastSent.rest(clock.monotonicNs());

    readers.remove().run();
    assertEquals(List.of("busy", "busy again", "busy again", "left"), closed);
    assertEquals(0, readers.size());
  }

  @Test
  void whatIsSentWhenTheClientHasGoneIsClosedAtOnce() throws Exception {
    lastSent.keep(slice(file(), "before"));
    lastSent.close();
    lastSent.keep(slice(file(), "behind"));

    readers.remove().run();
    assertEquals(List.of("behind", "before"), closed);
  }

  @Test
  void whereAllThatMayBeKeptIsKeptASliceIsClosedAtOnce() throws Exception {
    LastSent poor = new LastSent(new KeptFiles(1, readers::add), clock);
    poor.keep(slice(file(), "kept"));
    poor.keep(slice(file(), "closed"));

    assertEquals(List.of("closed"), closed);
  }

  private DiskFile file() throws Exception {
    DiskFile file = new FileDisk().create(directory.resolve("file-" + files.size()));
    files.add(file);
    return file;
  }

  private FileSlice slice(DiskFile file, String name) {
    return new FileSlice(
        file, 0, 0, -1, false, FileSlice.Found.BEFORE, new NoBatches(), () -> closed.add(name));
  }
}
