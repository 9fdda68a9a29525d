package dev.daybook.eventlog.labs;

import dev.daybook.eventlog.labs.HistoryEvent.Seen;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;

/// Follows one partition as closely as it can, over all restarts, and notes what it was shown: what was read once must
/// be there for ever.
final class LeanReader extends Thread {
  private static final int MAX_WAIT_MS = 200;

  private final Door door;
  private final History history;
  private final LogId log;
  private long next;

  LeanReader(Door door, History history, LogId log) {
    super("reader-of-" + log);
    this.door = door;
    this.history = history;
    this.log = log;
  }

  @Override
  public void run() {
    try {
      int used = 0;
      for (int port = door.await(used); port != 0; port = door.await(used)) {
        used = door.openings();
        try (LabClient client = new LabClient(port)) {
          while (!door.isClosedForGood()) {
            read(client);
          }
        } catch (IOException e) {
          // The connection broke; the next one goes on from here.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(LabClient client) throws IOException {
    PartitionData answer = client.fetch(log, next, MAX_WAIT_MS);
    Errors error = Errors.forCode(answer.errorCode());
    if (error == Errors.KAFKA_STORAGE_ERROR || error == Errors.UNKNOWN_SERVER_ERROR) {
      throw new IOException("The server cannot read now: " + error);
    }
    if (error != Errors.NONE) {
      throw new AssertionError("%s at offset %d: %s".formatted(log, next, error));
    }
    List<Seen> records = LabClient.records(log, answer, next);
    records.forEach(history::add);
    if (!records.isEmpty()) {
      next = records.getLast().offset() + 1;
    }
  }
}
