package dev.daybook.examples.demo;

import dev.daybook.examples.demo.compare.Change;
import dev.daybook.examples.demo.compare.LogReader;
import dev.daybook.examples.demo.pipeline.Connectors;
import dev.daybook.examples.demo.pipeline.Contracts;
import dev.daybook.examples.demo.pipeline.Ports;
import dev.daybook.examples.demo.pipeline.ServerProcess;
import dev.daybook.examples.demo.pipeline.Sinks;
import dev.daybook.examples.demo.source.Database;
import dev.daybook.examples.demo.source.Shop;
import dev.daybook.examples.demo.source.Workload;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The tour, act by act: the shop opens, the server starts, connectors are made, rows change, the contract takes one
/// change and refuses another, and at the end all places are compared.
///
/// The work in the shop starts when its changes are streamed. A snapshot that a kill interrupts is taken anew, and
/// Debezium does not tell of rows that were deleted between two attempts.
final class Tour implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final Duration ACT = Duration.ofSeconds(6);
  private static final Duration DOWN = Duration.ofSeconds(2);

  private final Path folder;
  private final FileChannel lock;
  private final Screen screen;
  private Ports ports;
  private @Nullable Database database;
  private @Nullable Workload workload;
  private @Nullable ServerProcess server;
  private @Nullable Sinks sinks;
  private volatile boolean closed;

  /// @param lock held while anything runs in the folder
  Tour(Path folder, FileChannel lock, Ports ports, Screen screen) {
    this.folder = folder;
    this.lock = lock;
    this.ports = ports;
    this.screen = screen;
  }

  /// The whole tour, then the comparison.
  ///
  /// @return the exit code
  int once(boolean kills) throws IOException, SQLException, InterruptedException {
    open();
    awaitSnapshot();
    if (kills) {
      killServer("between snapshot and streaming");
    }
    startWork();
    watch(ACT);
    changeContract();
    watch(ACT);
    if (kills) {
      killServer("while streaming");
      watch(ACT);
    }
    Set<Change.Mark> made = endWork();
    List<Change> log = drain(made);
    stopServer();
    return new Verdict(folder, database(), screen).of(made, log);
  }

  /// The same pipeline for as long as somebody looks.
  int untilStopped() throws IOException, SQLException, InterruptedException {
    open();
    awaitSnapshot();
    startWork();
    screen.show(new Invitation(server(), folder).text());
    watch(ACT.plus(ACT));
    changeContract();
    while (server().isAlive()) {
      watch(ACT);
    }
    if (closed) {
      return 0;
    }
    throw new IllegalStateException(
        "The server ended by itself; the end of " + folder.resolve("server.log") + " says why");
  }

  private void open() throws IOException, SQLException, InterruptedException {
    ServerProcess.endLeftOver(folder);
    Database postgres = Database.start(folder.resolve("postgres"));
    database = postgres;
    long seed = System.nanoTime();
    Workload work = new Workload(postgres, seed);
    workload = work;
    work.open();
    screen.say(
        "PostgreSQL "
            + postgres.version()
            + " on port "
            + postgres.port()
            + ", the shop is open (work by seed "
            + seed
            + ")");
    startServer();
    screen.say(
        "server ready: kafka "
            + server().kafka()
            + ", registry "
            + server().registry()
            + ", connect "
            + server().connect());
    new Contracts(server()).makeTopics();
    Connectors connectors = new Connectors(server());
    Map<String, String> values =
        Map.of(
            "postgres.port",
            Integer.toString(postgres.port()),
            "sinks",
            folder.resolve("sinks").toString());
    connectors.ensure(Connectors.SOURCE, values);
    for (String sink : Connectors.SINKS) {
      connectors.ensure(sink, values);
    }
    awaitConnectors();
  }

  private void startServer() throws IOException {
    ServerProcess started = ServerProcess.start(folder, ports);
    server = started;
    ports = started.ports();
    sinks = new Sinks(started);
  }

  private void awaitConnectors() throws InterruptedException {
    Connectors connectors = new Connectors(server());
    connectors.awaitRunning(Connectors.SOURCE);
    for (String sink : Connectors.SINKS) {
      connectors.awaitRunning(sink);
    }
    screen.say(
        "connectors run: " + Connectors.SOURCE + " -> " + String.join(", ", Connectors.SINKS));
  }

  private void awaitSnapshot() throws SQLException, InterruptedException {
    Set<Change.Mark> rows =
        made().stream().filter(mark -> mark.kind() == 'r').collect(Collectors.toSet());
    read(rows);
    screen.say("snapshot: " + rows.size() + " rows are events in the log");
  }

  private void startWork() throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!database().isStreaming()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "Nobody follows PostgreSQL's changes; "
                + folder.resolve("server.log")
                + " may say why");
      }
      Thread.sleep(PAUSE);
    }
    work().start();
    screen.say("streaming: about 20 rows a second change in the shop");
  }

  private void changeContract() throws InterruptedException {
    Contracts contracts = new Contracts(server());
    int before = contracts.versions();
    work().addChannel();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (before == 1 && contracts.versions() == before && System.nanoTime() < deadline) {
      Thread.sleep(PAUSE);
    }
    screen.say(
        (before == 1 ? "accepted: " : "accepted earlier: ")
            + "orders get a column, channel text default 'web'; the contract is at version "
            + contracts.versions());
    screen.say("refused:  quantity shall be a text: " + contracts.changeQuantityToText());
    screen.say("refused:  an event past the contract: " + contracts.appendPastTheContract());
  }

  private void killServer(String when) throws IOException, InterruptedException {
    sinks().close();
    server().kill();
    screen.say("kill -9 of the server " + when);
    Thread.sleep(DOWN);
    startServer();
    awaitConnectors();
    screen.say("the server is back, and goes on");
  }

  private Set<Change.Mark> endWork() throws SQLException {
    work().close();
    Set<Change.Mark> made = made();
    screen.say(
        "the shop closes: "
            + work().changed()
            + " rows changed in this run, "
            + made.size()
            + " in all");
    return made;
  }

  /// Waits until the log tells of every change, and until the sinks have made durable what the log tells.
  private List<Change> drain(Set<Change.Mark> made) throws InterruptedException {
    List<Change> log = read(made);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!report() && System.nanoTime() < deadline) {
      Thread.sleep(PAUSE);
    }
    return log;
  }

  private List<Change> read(Set<Change.Mark> expected) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (LogReader reader = new LogReader(server().kafka(), server().registry())) {
      reader.catchUp();
      while (!reader.tellsOf(expected) && System.nanoTime() < deadline) {
        report();
        Thread.sleep(PAUSE);
        reader.catchUp();
      }
      return List.copyOf(reader.changes());
    }
  }

  private void watch(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end && server().isAlive()) {
      report();
      Thread.sleep(PAUSE);
    }
  }

  /// Says how it goes.
  ///
  /// @return whether the sinks have all there is
  private boolean report() throws InterruptedException {
    Sinks.Progress progress;
    try {
      progress = sinks().progress();
    } catch (IllegalStateException e) {
      screen.progress(e.getMessage() + "; asking again");
      return false;
    }
    String durable =
        progress.written().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(sink -> sink.getKey() + " " + sink.getValue())
            .collect(Collectors.joining(" · "));
    String shop = "shop " + work().changed() + " rows changed";
    screen.progress(shop + " · log " + progress.events() + " events · durable in " + durable);
    return progress.isComplete();
  }

  private Set<Change.Mark> made() throws SQLException {
    try (Connection connection = database().connect()) {
      return Shop.changes(connection);
    }
  }

  private void stopServer() throws InterruptedException {
    sinks().close();
    server().stop();
  }

  /// Whether the end has begun: what fails from now on, fails because of that.
  boolean isClosed() {
    return closed;
  }

  /// Ends everything in the order in which nothing is left to do twice.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (workload != null) {
        workload.close();
      }
      if (server != null) {
        server.stop();
      }
      if (database != null) {
        database.close();
      }
      lock.close();
    } catch (SQLException | IOException e) {
      screen.say("not all ended well: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Database database() {
    return Objects.requireNonNull(database);
  }

  private Workload work() {
    return Objects.requireNonNull(workload);
  }

  private ServerProcess server() {
    return Objects.requireNonNull(server);
  }

  private Sinks sinks() {
    return Objects.requireNonNull(sinks);
  }
}
