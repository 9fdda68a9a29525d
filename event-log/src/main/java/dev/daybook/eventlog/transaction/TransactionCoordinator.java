package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.partition.Append;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Decided;
import dev.daybook.eventlog.partition.LogStoppingException;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.time.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Coordinates transactions: who a transactional producer is, what takes part in its transaction, how that ends. Its
/// state is in the log, in `__transaction_state`, and nowhere else.
///
/// Every decision is taken on the appender's thread, between the appends before it and those behind it, and what it
/// writes is one journal entry: a commit's record and all its markers are durable together, with one force, and so are
/// a partition's joining and its first batch. When the machine stops half-way, a transaction has ended in all of its
/// partitions or is open in all of them. There are two exceptions: group offsets, whose markers Kafka's group coordinator
/// writes, and damaged partitions, which take none before they are repaired, nor where nobody can tell then what a marker
/// would end. There the end is prepared first, and goes on
/// when it can; a start goes on with it, too.
///
/// Called from any thread, never blocks. Futures complete on the appender's thread: hop to your own. An answer leaves
/// when all it rests on is durable.
public final class TransactionCoordinator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionCoordinator.class);

  /// So long a producer waits for the end of its transaction in the groups; after that it is told what is decided.
  private static final Duration PATIENCE_WITH_GROUPS = Duration.ofSeconds(5);

  private static final long STATE_BYTES = 200;

  private final TransactionLog log;
  private final TransactionSettings settings;
  private final Scheduler scheduler;
  private final Decisions decisions;
  private final GroupEnds groups;
  private final Upkeep upkeep;
  private final Loading loading;

  public TransactionCoordinator(
      TransactionLog log, TransactionSettings settings, Clock clock, Scheduler scheduler) {
    this.log = log;
    this.settings = settings;
    this.scheduler = scheduler;
    this.decisions = new Decisions(log, clock);
    this.groups = new GroupEnds(decisions, scheduler);
    this.upkeep = new Upkeep(decisions, groups, log.retentionClock(), settings.idExpiration());
    this.loading = new Loading(log, decisions, scheduler);
  }

  /// Loads what is in the log, and goes on with what was left half done. Called once, before anything else.
  ///
  /// @param writer writes the markers of group offsets
  public void start(GroupMarkers writer) {
    groups.writtenBy(writer);
    loading.start(this::goOn);
    var _ = loading.done().thenRun(() -> upkeep.start(scheduler, settings));
  }

  /// Completes when the state is loaded, so far as it can be read; at once when there is none.
  public CompletableFuture<Void> loaded() {
    return loading.done();
  }

  /// Whether every transactional id there is is known.
  public boolean isLoadedWhole() {
    return loading.done().isDone() && loading.missing() == 0;
  }

  /// As [#loaded()], and when so much time has passed: who goes on then is told to try again.
  public CompletableFuture<Void> loadedWithin(Duration patience) {
    return loading.doneWithin(patience);
  }

  /// Why nothing can be decided about a transactional id for now; empty when it can.
  public Optional<TransactionFault> unavailable(String id) {
    return loading.refusal(id).map(Decision.Refused::fault);
  }

  /// What an operator should know: which partitions of the state are not loaded, why, and what helps.
  public List<String> problems() {
    return loading.problems();
  }

  /// How transactions go.
  public TransactionFigures figures() {
    return decisions.figures(loading.missing());
  }

  /// A producer begins under this transactional id, and every one that had it before is fenced; or one wants to go on
  /// after an error.
  public CompletableFuture<TransactionReply> init(
      String id, int timeoutMs, Optional<ProducerIdentity> expected) {
    if (id.isEmpty()) {
      return refused(TransactionFault.INVALID_REQUEST, "A transactional id is never empty");
    }
    long longestMs = settings.maxTimeout().toMillis();
    if (timeoutMs < 1 || timeoutMs > longestMs) {
      return refused(
          TransactionFault.INVALID_TIMEOUT,
          "transaction.timeout.ms must be between 1 and "
              + longestMs
              + " ("
              + TransactionSettings.MAX_TIMEOUT_MS
              + "), not "
              + timeoutMs);
    }
    return StateTopic.ensure(log, settings)
        .thenCompose(
            refusal ->
                refusal.isPresent()
                    ? refused(refusal.get().fault(), refusal.get().message())
                    : answer(id, scribe -> init(scribe, id, timeoutMs, expected)));
  }

  /// Partitions take part in the producer's transaction from now on.
  public CompletableFuture<TransactionReply> add(
      String id, ProducerIdentity producer, Set<TransactionPartition> partitions, short version) {
    return answer(id, scribe -> Step.take(scribe, add(scribe, id, producer, partitions, version)));
  }

  /// The producer's transaction ends. The answer names who the producer is from now on.
  public CompletableFuture<TransactionReply> end(
      String id, ProducerIdentity producer, boolean commit, short version) {
    return answer(
        id,
        scribe ->
            Step.take(
                scribe,
                Rules.end(
                    scribe.book().get(id),
                    producer,
                    commit,
                    version,
                    scribe.appending()::newProducerId,
                    scribe.now().dateMs())));
  }

  /// Appends batches of which some belong to this producer's transaction: these only where their partition takes part.
  ///
  /// @param joins whether partitions are added by their first batch, in the same entry, as clients of version 2 expect
  public Append append(String id, boolean joins, List<PartitionAppend> appends) {
    Optional<Decision.Refused> notYet = loading.refusal(id);
    if (notYet.isPresent()) {
      return refused(notYet.get(), appends);
    }
    long bytes = appends.stream().mapToLong(PartitionAppend::sizeBytes).sum();
    Decided<List<AppendResult>> decided =
        decisions.run(
            bytes,
            scribe -> new TransactionalAppend(scribe, id, joins).append(appends),
            refusal -> refusals(refusal, appends));
    return new Append(decided.decided(), decided.durable());
  }

  private static Append refused(Decision.Refused refusal, List<PartitionAppend> appends) {
    CompletableFuture<List<AppendResult>> answer =
        CompletableFuture.completedFuture(refusals(refusal, appends));
    return new Append(answer, answer);
  }

  private static List<AppendResult> refusals(
      Decision.Refused refusal, List<PartitionAppend> appends) {
    return appends.stream()
        .<AppendResult>map(append -> TransactionalAppend.refused(refusal))
        .toList();
  }

  /// A partition of group offsets takes part in a transaction, or is asked whether it does. Completes when it is
  /// decided, which is all that an append behind it needs: that is durable only if this is.
  public CompletableFuture<Optional<AppendResult.Refused>> join(
      String id, ProducerIdentity producer, int offsetsPartition, boolean joins) {
    Optional<Decision.Refused> notYet = loading.refusal(id);
    if (notYet.isPresent()) {
      return CompletableFuture.completedFuture(notYet.map(TransactionalAppend::refused));
    }
    TransactionPartition partition = TransactionPartition.ofGroupOffsets(offsetsPartition);
    return decisions
        .run(
            0,
            scribe ->
                Step.take(
                        scribe,
                        joins
                            ? add(scribe, id, producer, Set.of(partition), Transaction.RAISES_EPOCH)
                            : Rules.verify(scribe.book().get(id), producer, partition))
                    .reply(),
            refusal -> Step.refused(refusal).reply())
        .decided()
        .thenApply(
            reply ->
                reply instanceof TransactionReply.Refused(TransactionFault fault, String message)
                    ? Optional.of(TransactionalAppend.refused(new Decision.Refused(fault, message)))
                    : Optional.empty());
  }

  /// Appends what the group coordinator wrote to a partition of its topic: offsets that are committed in a transaction,
  /// only while it is open and the partition takes part; a marker, together with what the state says after it.
  public Append appendOffsets(int offsetsPartition, PartitionAppend append) {
    TransactionPartition partition = TransactionPartition.ofGroupOffsets(offsetsPartition);
    long bytes = append.sizeBytes() + STATE_BYTES;
    Function<Decision.Refused, List<AppendResult>> otherwise =
        refusal -> List.of(TransactionalAppend.refused(refusal));
    // Without a state there is nobody to ask: an administrator's marker ends what is open, if
    // anything
    // is.
    Decided<List<AppendResult>> decided =
        decisions.haveBegun()
            ? decisions.run(
                bytes, scribe -> List.of(GroupAppend.append(scribe, partition, append)), otherwise)
            : decisions.runWithoutState(
                bytes, appending -> List.of(appending.append(append)), otherwise);
    return new Append(decided.decided(), decided.durable());
  }

  /// The transactional ids that pass this test, as they are durably. Fails with [LogStoppingException] when that is so.
  public CompletableFuture<List<Transaction>> list(Predicate<Transaction> test) {
    return decisions
        .run(
            0,
            scribe -> scribe.book().all().stream().filter(test).toList(),
            TransactionCoordinator::none)
        .durable();
  }

  /// A log that stops must not be taken for one without transactions.
  private static List<Transaction> none(Decision.Refused refusal) {
    if (refusal.fault() == TransactionFault.NOT_AVAILABLE) {
      throw new LogStoppingException(refusal.message());
    }
    return List.of();
  }

  /// Close it before the groups and the log.
  @Override
  public void close() {
    groups.stop();
    scheduler.close();
  }

  private static Decision add(
      Scribe scribe,
      String id,
      ProducerIdentity producer,
      Set<TransactionPartition> partitions,
      short version) {
    Decision decision =
        Rules.add(scribe.book().get(id), producer, partitions, version, scribe.now().dateMs());
    return decision instanceof Decision.Becomes(Transaction after)
        ? scribe.refuseStrayed(after).map(Decision.class::cast).orElse(decision)
        : decision;
  }

  /// A running transaction is ended first, and the producer asks again.
  private static Step init(
      Scribe scribe, String id, int timeoutMs, Optional<ProducerIdentity> expected) {
    Decision decision =
        Rules.init(
            scribe.book().get(id),
            id,
            timeoutMs,
            expected,
            scribe.appending()::newProducerId,
            scribe.now().dateMs());
    Step step = Step.take(scribe, decision);
    return decision instanceof Decision.Ends && step.reply() instanceof TransactionReply.Done
        ? step.answering(
            new TransactionReply.Refused(
                TransactionFault.CONCURRENT,
                "The former instance's transaction was aborted; try again"))
        : step;
  }

  private CompletableFuture<TransactionReply> answer(String id, Function<Scribe, Step> request) {
    Optional<Decision.Refused> notYet = loading.refusal(id);
    if (notYet.isPresent()) {
      return refused(notYet.get().fault(), notYet.get().message());
    }
    Decided<Step> step = decisions.run(0, request, Step::refused);
    return step.decided()
        .thenCompose(this::finish)
        .thenCombine(step.durable(), (done, durable) -> durable.reply());
  }

  /// Whoever commits offsets finds them committed when it is answered, unless the groups take their time.
  private CompletableFuture<?> finish(Step step) {
    if (step.unfinished().isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> patience = new CompletableFuture<>();
    Scheduler.Scheduled end = scheduler.after(PATIENCE_WITH_GROUPS, () -> patience.complete(null));
    return CompletableFuture.anyOf(groups.finish(step.unfinished().get()), patience)
        .whenComplete((done, failure) -> end.cancel());
  }

  /// What was prepared is completed, before anybody else decides.
  private void goOn(List<Transaction> prepared) {
    LOG.info("transaction coordinator ready: unfinished={}", prepared.size());
    for (Transaction one : prepared) {
      var _ =
          decisions
              .run(0, scribe -> scribe.resume(one), refusal -> Optional.<Transaction>empty())
              .decided()
              .thenAccept(left -> left.ifPresent(groups::goOnWith));
    }
  }

  private static CompletableFuture<TransactionReply> refused(
      TransactionFault fault, String message) {
    return CompletableFuture.completedFuture(new TransactionReply.Refused(fault, message));
  }
}
