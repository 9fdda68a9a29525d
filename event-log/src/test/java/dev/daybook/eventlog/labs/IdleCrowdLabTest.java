package dev.daybook.eventlog.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that may have few files open, and a crowd that takes every connection it can get and says nothing. An owner of
/// the log that can open no file stops the process. The crowd comes at once, so for a moment there are more connections than
/// may stay. Classes come from jars, as everywhere: from a folder each is a file to be opened.
@Tag("ci")
class IdleCrowdLabTest {
  private static final int MAY_OPEN = 512;
  private static final int CROWD = 600;
  private static final int TAKEN_AT_MOST = 200;
  private static final int BATCHES = 400;

  @TempDir private Path directory;

  @Test
  void aCrowdThatSaysNothingTakesNoFileFromTheLog() throws Exception {
    List<Socket> crowd = new ArrayList<>();
    try (LabProcess server =
            LabProcess.startWithFiles(LabImage.forStarts(10), directory, MAY_OPEN);
        Load load = new Load(new SplittableRandom(1))) {
      int port = server.open(directory.resolve("data"), 0);
      load.createTopics(port);
      load.goOn(port);
      load.awaitAcknowledged(50);
      for (int i = 0; i < CROWD; i++) {
        crowd.add(new Socket(InetAddress.getLoopbackAddress(), port));
      }

      int before = load.history().acknowledgedBatches();
      load.awaitAcknowledged(before + BATCHES);

      assertTrue(load.history().acknowledgedBatches() >= before + BATCHES);
      assertFalse(server.endsWithin(0), "the server is gone");
      assertTrue(awaitSentAway(crowd) <= TAKEN_AT_MOST);
      load.finish();
      assertEquals(List.of(), load.verdict());
      server.closeInOrder();
      assertEquals(0, server.status());
    } finally {
      for (Socket one : crowd) {
        one.close();
      }
    }
  }

  /// How many stay when nobody is sent away any more, or a minute is over.
  private static int awaitSentAway(List<Socket> crowd) {
    List<Socket> staying = new ArrayList<>(crowd);
    long endNs = System.nanoTime() + 60_000_000_000L;
    while (staying.size() > TAKEN_AT_MOST && System.nanoTime() < endNs) {
      staying.removeIf(IdleCrowdLabTest::isSentAway);
    }
    return staying.size();
  }

  /// Those who may stay hear nothing.
  private static boolean isSentAway(Socket socket) {
    try {
      socket.setSoTimeout(1);
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }
}
