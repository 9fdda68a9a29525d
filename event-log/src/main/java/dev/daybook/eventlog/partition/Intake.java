package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.record.RecordBatch;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// Where commands for the appender come in, from any thread, until the shard stops. Whoever comes too late is refused, so that nobody
/// waits for ever for an owner that is gone.
final class Intake implements AutoCloseable {
  private final Inbox<Command> inbox;
  private final Journal journal;
  private final long entryBytes;
  private volatile boolean stopping;
  private volatile boolean closed;

  /// @param inbox from which the appender takes
  /// @param entryBytes the size at which a round of the appender is closed
  Intake(Inbox<Command> inbox, Journal journal, long entryBytes) {
    this.inbox = inbox;
    this.journal = journal;
    this.entryBytes = entryBytes;
  }

  /// Puts a command that appends about so many bytes.
  void put(Command command, long bytes) {
    if (stopping) {
      command.refuseStopping();
      return;
    }
    inbox.put(command, bytes);
    if (closed) {
      refuseTheRest();
    }
  }

  /// Puts batches and markers that are to be appended; refuses those that no entry of the journal has room for.
  ///
  /// @param together whether none is to be appended when one is refused
  Append append(List<? extends AppendPart> parts, boolean together) {
    Append reply = new Append(new CompletableFuture<>(), new CompletableFuture<>());
    Command.AppendParts command = new Command.AppendParts(List.copyOf(parts), together, reply);
    long bytes = parts.stream().mapToLong(AppendPart::sizeBytes).sum();
    if (fitsInAnEntry(bytes, parts.size())) {
      put(command, bytes);
    } else {
      command.refuse(
          new AppendResult.Refused(
              AppendResult.Reason.BATCH_TOO_LARGE,
              "A request with " + bytes + " bytes of batches is too large; send smaller ones"));
    }
    return reply;
  }

  /// Whether these batches fit in one journal entry behind what a round may hold already, with a roll before each.
  private boolean fitsInAnEntry(long bytes, int batches) {
    long before = entryBytes / RecordBatch.HEADER_BYTES;
    return journal.takes(entryBytes + bytes, 2 * (before + batches));
  }

  /// Puts a command that is answered in one piece.
  ///
  /// @param command makes it, given where its answer goes
  <R> CompletableFuture<R> ask(Function<CompletableFuture<R>, Command> command) {
    CompletableFuture<R> reply = new CompletableFuture<>();
    put(command.apply(reply), 0);
    return reply;
  }

  /// From now on refuses what comes; the appender still takes what is here.
  void stop() {
    stopping = true;
  }

  boolean isClosed() {
    return closed;
  }

  /// The appender takes nothing more: what is here is refused, and also what a thread puts that saw no stop yet.
  @Override
  public void close() {
    closed = true;
    refuseTheRest();
  }

  private void refuseTheRest() {
    Command late = inbox.take();
    while (late != null) {
      late.refuseStopping();
      late = inbox.take();
    }
  }
}
