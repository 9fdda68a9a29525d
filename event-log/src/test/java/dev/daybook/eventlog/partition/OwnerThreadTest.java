package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.NoRoomException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// How an owner ends.
class OwnerThreadTest {
  private final List<Throwable> fatal = new ArrayList<>();

  @Test
  void anErrorIsToldForTheProcessMustStop() throws InterruptedException {
    IOException failure = new IOException("broken");
    assertTrue(endedBy(failure).failed());
    assertEquals(List.of(failure), fatal);
  }

  @Test
  void whoWasStoppedWhileItWaitedForRoomHasNotFailedTheProcess() throws InterruptedException {
    OwnerThread owner = endedBy(new NoRoomException("No space left on device"));
    assertTrue(owner.failed(), "its journal is not to be used any more");
    assertEquals(List.of(), fatal);
  }

  private OwnerThread endedBy(IOException failure) throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    OwnerThread thread =
        new OwnerThread(
            "owner",
            new Owner() {
              @Override
              public int doWork() throws IOException {
                begun.countDown();
                throw failure;
              }

              @Override
              public long idleNs() {
                return 1;
              }
            },
            fatal::add);
    thread.start();
    begun.await();
    thread.close();
    return thread;
  }
}
