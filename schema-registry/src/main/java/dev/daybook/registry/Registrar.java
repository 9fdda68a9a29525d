package dev.daybook.registry;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one owner of what the registry decides. It holds two catalogues: `decided`, which knows every decision, and
/// `published`, which knows what has been read back from the log and is all that requests ever see. A command is
/// decided against the first, its records are appended, and its answer leaves when the last of them, or of those its
/// content rests on, has come back into the second. So decisions are never in each other's way, many are under way
/// at once, and no answer outruns the disk.
///
/// Start and failure are one road: nothing is decided until a mark of our own has come back, for then everything an
/// earlier writer left is behind it. When an append fails, what it and those behind it did is open: their requests
/// are told so, and the mark goes out again by a new writer. One registry writes to a topic; what another wrote is
/// followed, and warned of.
///
/// One thread calls [#doWork]; the other methods only put work into its queue.
final class Registrar implements SchemaTail.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Registrar.class);
  private static final int MAX_QUEUED = 10_000;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private sealed interface Work {
    record Wish<R>(Command<R> command, CompletableFuture<R> answer) implements Work {}

    record EntriesRead(List<SchemaLog.Entry> entries) implements Work {}

    record Loaded() implements Work {}

    record Cut() implements Work {}

    record AppendFailed(SchemaLog.Writer writer, Throwable reason) implements Work {}

    record Stop() implements Work {}
  }

  /// A record on its way: its bytes, by which it is known when it comes back, and who waits for it.
  @SuppressWarnings("ArrayRecordComponent") // Compared by is(), never by equals.
  private record Sent(byte[] key, byte @Nullable [] value, List<Answer> answers) {
    boolean is(SchemaLog.Entry entry) {
      return Arrays.equals(key, entry.key()) && Arrays.equals(value, entry.value());
    }
  }

  private record Answer(Runnable give, CompletableFuture<?> to) {}

  private final SchemaLog log;
  private final Duration pause;
  private final BlockingQueue<Work> inbox = new LinkedBlockingQueue<>();
  private final Deque<Work.Wish<?>> waiting = new ArrayDeque<>();
  private final Deque<Sent> inFlight = new ArrayDeque<>();
  private final SchemaCatalog published = new SchemaCatalog();
  private SchemaCatalog decided = published;
  private SchemaLog.@Nullable Writer writer;
  private boolean writable;
  private boolean stopping;
  private volatile boolean ready;
  private @Nullable Thread thread;

  Registrar(SchemaLog log) {
    this(log, PAUSE);
  }

  Registrar(SchemaLog log, Duration pause) {
    this.log = log;
    this.pause = pause;
  }

  void start() {
    thread = Thread.ofPlatform().name("registry-writer").daemon().start(this::run);
  }

  /// What requests may see; complete as soon as [#ready].
  SchemaCatalog published() {
    return published;
  }

  boolean ready() {
    return ready;
  }

  <R> CompletableFuture<R> submit(Command<R> command) {
    var answer = new CompletableFuture<R>();
    if (inbox.size() > MAX_QUEUED) {
      answer.completeExceptionally(
          new Refusal(503, Refusal.LOADING, "Too many writes are waiting. Try again in a moment."));
    } else {
      inbox.add(new Work.Wish<>(command, answer));
    }
    return answer;
  }

  @Override
  public void read(List<SchemaLog.Entry> entries) {
    inbox.add(new Work.EntriesRead(entries));
  }

  @Override
  public void caughtUp() {
    inbox.add(new Work.Loaded());
  }

  @Override
  public void cut() {
    ready = false;
    inbox.add(new Work.Cut());
  }

  private void run() {
    try {
      while (!stopping) {
        doWork(inbox.take());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("the registry has stopped on an error of its own; restart it", e);
      throw e;
    } finally {
      ready = false;
      stopping = true;
      giveUp("the registry is stopping");
      waiting.forEach(wish -> wish.answer().completeExceptionally(Refusal.loading()));
    }
  }

  /// Does what is in the queue now; a test steps the owner with it.
  void doWork() {
    for (Work work = inbox.poll(); work != null; work = inbox.poll()) {
      doWork(work);
    }
  }

  private void doWork(Work work) {
    switch (work) {
      case Work.Wish<?> wish -> {
        waiting.add(wish);
        decideWaiting();
      }
      case Work.EntriesRead read -> read.entries().forEach(this::replay);
      case Work.Loaded _ -> mark(published.highestId(), published.lostIds().safeEpoch());
      case Work.Cut _ -> stopping = true;
      case Work.AppendFailed failed -> failed(failed);
      case Work.Stop _ -> stopping = true;
    }
  }

  private void decideWaiting() {
    while (writable && !waiting.isEmpty()) {
      decide(waiting.remove());
    }
  }

  private <R> void decide(Work.Wish<R> wish) {
    if (wish.answer().isDone()) {
      return; // Whoever asked has given up; nothing was written yet, so nothing will be.
    }
    try {
      Command.Decision<R> decision = wish.command().decide(decided);
      decision.records().forEach(this::send);
      answerWhenDurable(
          () -> wish.answer().complete(decision.answer().apply(published)), wish.answer());
    } catch (RuntimeException e) {
      wish.answer().completeExceptionally(e);
    }
  }

  private void send(SchemaRecord record) {
    byte[] key = RecordFormat.key(record);
    byte[] value = RecordFormat.value(record);
    decided.replay(record, 0);
    inFlight.add(new Sent(key, value, new ArrayList<>()));
    append(key, value);
  }

  private void append(byte[] key, byte @Nullable [] value) {
    SchemaLog.Writer current = writer();
    CompletableFuture<?> done;
    try {
      done = current.append(key, value);
    } catch (KafkaException e) {
      done = CompletableFuture.failedFuture(e);
    }
    var _ =
        done.whenComplete(
            (_, failure) -> {
              if (failure != null) {
                inbox.add(new Work.AppendFailed(current, failure));
              }
            });
  }

  private SchemaLog.Writer writer() {
    SchemaLog.Writer current = writer;
    if (current == null) {
      current = log.write();
      writer = current;
    }
    return current;
  }

  private void answerWhenDurable(Runnable give, CompletableFuture<?> to) {
    if (inFlight.isEmpty()) {
      give(new Answer(give, to));
    } else {
      inFlight.getLast().answers().add(new Answer(give, to));
    }
  }

  private static void give(Answer answer) {
    try {
      answer.give().run();
    } catch (RuntimeException e) {
      answer.to().completeExceptionally(e);
    }
  }

  private void replay(SchemaLog.Entry entry) {
    Sent next = inFlight.peek();
    boolean ours = next != null && next.is(entry);
    SchemaRecord record = RecordFormat.decode(entry.key(), entry.value());
    if (record == null) {
      LOG.warn("a record of unknown kind is left alone offset={}", entry.offset());
    } else {
      published.replay(record, entry.timestampMs());
      if (!ours && writable) {
        LOG.warn("somebody else writes schemas to this topic offset={}", entry.offset());
        decided.replay(record, entry.timestampMs());
      }
    }
    published.appendedIn(entry.leaderEpoch());
    if (ours) {
      inFlight.remove().answers().forEach(Registrar::give);
    }
  }

  /// Sends the mark behind which everything an earlier writer left has been read.
  private void mark(int maxId, int safeEpoch) {
    var record = new SchemaRecord.Mark(maxId, UUID.randomUUID().toString(), safeEpoch);
    byte[] key = RecordFormat.key(record);
    byte[] value = RecordFormat.value(record);
    inFlight.add(
        new Sent(
            key,
            value,
            new ArrayList<>(List.of(new Answer(this::open, new CompletableFuture<>())))));
    append(key, value);
  }

  /// The mark came back, and with it the leader epoch of now: only when no id can have been lost, or enough are
  /// skipped, durably, the first one is handed out.
  private void open() {
    LostIds lost = published.lostIds();
    if (lost.possible()) {
      int skipped = lost.skipFrom(published.highestId());
      LOG.warn("the log was restored; skipping ids which it may have forgotten up to={}", skipped);
      mark(skipped, lost.lastEpoch());
      return;
    }
    decided = published.copy();
    writable = true;
    ready = true;
    decideWaiting();
  }

  private void failed(Work.AppendFailed failed) {
    if (!failed.writer().equals(writer)) {
      return; // An earlier failure of the same writer has been dealt with.
    }
    LOG.warn("schemas cannot be written, trying again reason={}", failed.reason().toString());
    writable = false;
    giveUp("a record could not be written; whether it was is open, sending it again is safe");
    failed.writer().close();
    writer = null;
    sleep();
    if (!stopping) {
      mark(published.highestId(), published.lostIds().safeEpoch());
    }
  }

  private void giveUp(String reason) {
    while (!inFlight.isEmpty()) {
      for (Answer answer : inFlight.remove().answers()) {
        answer.to().completeExceptionally(Refusal.storeFailed(reason));
      }
    }
  }

  private void sleep() {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException _) {
      stopping = true;
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    inbox.add(new Work.Stop());
    if (thread != null) {
      try {
        thread.join(Duration.ofSeconds(5));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    if (writer != null) {
      writer.close();
    }
  }
}
