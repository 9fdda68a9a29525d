package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.log.FileSlice;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptFilesTest {
  @TempDir private Path directory;

  private DiskFile file;
  private int closed;

  @BeforeEach
  void open() throws Exception {
    file = new FileDisk().create(directory.resolve("file"));
  }

  @AfterEach
  void close() throws Exception {
    file.close();
  }

  @Test
  void keepsFiveHundredAndTwelveFilesOfAllConnectionsAndOneMoreForEachThatIsClosed() {
    KeptFiles files = new KeptFiles(512, Runnable::run);
    List<FileSlice> kept = new ArrayList<>();
    while (kept.size() < 2_000 && files.mayKeep()) {
      kept.add(slice());
    }
    assertEquals(512, kept.size());
    assertFalse(files.mayKeep());
    files.close(kept.subList(0, 2));
    assertTrue(files.mayKeep());
    assertTrue(files.mayKeep());
    assertFalse(files.mayKeep());
  }

  @Test
  void leavesClosingToReadersWhoMayWaitForTheDisk() {
    Queue<Runnable> readers = new ArrayDeque<>();
    KeptFiles files = new KeptFiles(512, readers::add);
    files.mayKeep();
    files.close(List.of(slice()));
    assertEquals(0, closed);
    readers.remove().run();
    assertEquals(1, closed);
  }

  @Test
  void closesByItselfWhenTheReadersHaveGone() {
    KeptFiles files =
        new KeptFiles(
            512,
            task -> {
              throw new RejectedExecutionException("the server stops");
            });
    files.mayKeep();
    files.close(List.of(slice()));
    assertEquals(1, closed);
  }

  private FileSlice slice() {
    return new FileSlice(
        file, 0, 0, -1, false, FileSlice.Found.BEFORE, new NoBatches(), () -> closed++);
  }
}
