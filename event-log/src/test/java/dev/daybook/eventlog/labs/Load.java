package dev.daybook.eventlog.labs;

import dev.daybook.eventlog.labs.HistoryEvent.Named;
import dev.daybook.eventlog.labs.HistoryEvent.Restarted;
import dev.daybook.eventlog.labs.Violation.Rule;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Four producers and a reader for each of three partitions, who carry on from one server to the next, and the history of
/// what they saw.
final class Load implements AutoCloseable {
  static final LogId ORDERS_0 = new LogId("orders", 0);
  static final LogId ORDERS_1 = new LogId("orders", 1);
  static final LogId PAYMENTS = new LogId("payments", 0);
  static final List<LogId> LOGS = List.of(ORDERS_0, ORDERS_1, PAYMENTS);

  private static final List<LogId> PRODUCED = List.of(ORDERS_0, ORDERS_0, ORDERS_1, PAYMENTS);

  private static final long PATIENCE_MS = 120_000;

  private final History history = new History();
  private final Door door = new Door();
  private final List<Thread> clients = new ArrayList<>();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

  Load(SplittableRandom random) {
    for (int number = 0; number < PRODUCED.size(); number++) {
      add(new LeanProducer(door, history, PRODUCED.get(number), number, random.nextLong()));
    }
    for (LogId log : LOGS) {
      add(new LeanReader(door, history, log));
    }
  }

  History history() {
    return history;
  }

  /// Adds somebody who is there from the next opening on.
  void add(Thread client) {
    client.setDaemon(true);
    client.setUncaughtExceptionHandler((_, failure) -> failures.add(failure));
    client.start();
    clients.add(client);
  }

  /// Creates what the load writes to, on a new log, and remembers which log that is.
  void createTopics(int port) throws IOException {
    try (LabClient client = new LabClient(port)) {
      history.add(new Named(client.clusterId()));
      createTopics(client);
    }
  }

  static void createTopics(LabClient client) throws IOException {
    client.createTopic("orders", 2);
    client.createTopic("payments", 1);
  }

  void goOn(int port) {
    door.open(port);
  }

  /// Waits until so many batches were acknowledged in all, however long a slow machine takes for them.
  void awaitAcknowledged(int batches) throws InterruptedException {
    long endNs = System.nanoTime() + PATIENCE_MS * 1_000_000;
    while (history.acknowledgedBatches() < batches
        && failures.isEmpty()
        && System.nanoTime() < endNs) {
      Thread.sleep(1);
    }
  }

  /// The server was stopped: nobody tries to reach it until [#goOn].
  void pause() {
    door.close();
  }

  /// A server was started on what the one before it left: notes that, which log it has, and all it holds.
  ///
  /// @throws UnknownTopic when it does not know a topic; that is noted, and the history ends with it
  void restarted(LabProcess server, int port) throws IOException, InterruptedException {
    history.add(new Restarted());
    try (LabClient client = new LabClient(port)) {
      history.add(new Named(client.clusterId()));
      for (LogId log : LOGS) {
        history.add(client.readWhole(log));
      }
    } catch (UnknownTopic failure) {
      failures.add(failure);
      throw failure;
    } catch (AssertionError failure) {
      failures.add(failure);
    } catch (SocketTimeoutException e) {
      server.tellThreads();
      throw new AssertionError("The server does not answer", e);
    }
  }

  /// What the history proves to be broken, and what clients met that no client may meet.
  List<Violation> verdict() {
    List<Violation> violations = new ArrayList<>(Checker.judge(history.events()));
    for (Throwable failure : failures) {
      Rule rule =
          failure instanceof UnknownTopic ? Rule.KNOWS_ITS_TOPICS : Rule.SERVES_WITHOUT_ERROR;
      violations.add(new Violation(rule, failure.toString()));
    }
    return violations;
  }

  /// Sends everybody home: nothing happens any more.
  void finish() {
    door.closeForGood();
    boolean interrupted = false;
    for (Thread client : clients) {
      try {
        client.join(PATIENCE_MS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    finish();
  }
}
