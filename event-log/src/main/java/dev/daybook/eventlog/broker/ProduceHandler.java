package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.broker.ProduceAdmission.Admitted;
import dev.daybook.eventlog.partition.Append;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.partition.Preparation;
import dev.daybook.eventlog.partition.Preparers;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.message.ProduceRequestData;

/// Produce: brings one batch to each of some partitions.
///
/// A request's journey: the gate admits or refuses each batch by its header and its CRC; where a topic looks into its
/// records, a preparer opens the batch; those that passed go to the appender, in the order in which the connection's
/// requests came; when what the appender decided is forced to disk, the client is told. Whether it asked for `acks` 1
/// or all makes no difference: there is one copy, and an acknowledgement means that it is safe.
final class ProduceHandler implements Handler {
  private static final int LONGEST_WAIT_MS = 30_000;

  private final EventLog log;
  private final TransactionCoordinator transactions;
  private final ProduceGate gate;
  private final Preparers preparers;

  ProduceHandler(EventLog log, TransactionCoordinator transactions, Preparers preparers) {
    this.log = log;
    this.transactions = transactions;
    this.gate = new ProduceGate(log);
    this.preparers = preparers;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    ProduceRequestData request = call.message(ProduceRequestData.class);
    ProduceReply reply = new ProduceReply(request, call.version());
    AtomicLong rewritten = new AtomicLong();
    List<ProduceAdmission> admissions = gate.admit(request, call.version());
    return call.appendOrder()
        .append(
            inTransaction(admissions)
                ? transactions
                    .loadedWithin(patience(request))
                    .thenCompose(done -> prepare(admissions, rewritten))
                : prepare(admissions, rewritten),
            prepared -> {
              reply.admitted(prepared);
              return append(prepared, call);
            })
        .thenCompose(Append::durable)
        .whenComplete((results, failure) -> preparers.doneWith(rewritten.get()))
        .thenApplyAsync(reply::of, call.loop());
  }

  /// So long a batch waits for the state of transactions, after that its producer is told to try again.
  private static Duration patience(ProduceRequestData request) {
    return Duration.ofMillis(Math.clamp(request.timeoutMs(), 0, LONGEST_WAIT_MS));
  }

  /// The admissions as they are after the batches that must be opened were opened.
  ///
  /// @param rewritten counts the bytes of batches that lie in memory of their own then
  private CompletableFuture<List<ProduceAdmission>> prepare(
      List<ProduceAdmission> admissions, AtomicLong rewritten) {
    if (admissions.stream().noneMatch(this::mustBeOpened)) {
      return CompletableFuture.completedFuture(admissions);
    }
    List<CompletableFuture<ProduceAdmission>> prepared =
        admissions.stream().map(one -> prepare(one, rewritten)).toList();
    return CompletableFuture.allOf(prepared.toArray(CompletableFuture[]::new))
        .thenApply(done -> prepared.stream().map(CompletableFuture::join).toList());
  }

  private boolean mustBeOpened(ProduceAdmission admission) {
    return admission instanceof Admitted admitted
        && preparers.mustOpen(admitted.partition().topic(), admitted.batch());
  }

  private CompletableFuture<ProduceAdmission> prepare(
      ProduceAdmission admission, AtomicLong rewritten) {
    return admission instanceof Admitted admitted && mustBeOpened(admission)
        ? preparers
            .prepare(admitted.partition(), admitted.batch())
            .thenApply(preparation -> admission(admitted, preparation, rewritten))
        : CompletableFuture.completedFuture(admission);
  }

  private static ProduceAdmission admission(
      Admitted admitted, Preparation preparation, AtomicLong rewrittenBytes) {
    return switch (preparation) {
      case Preparation.Ready(ByteBuffer batch, boolean rewritten) -> {
        rewrittenBytes.addAndGet(rewritten ? batch.remaining() : 0);
        yield new Admitted(admitted.partition(), batch, Optional.empty(), rewritten);
      }
      case Preparation.Refused(AppendResult.Reason reason, String message, _)
          when reason == AppendResult.Reason.CONTRACT_NOT_READY
              || reason == AppendResult.Reason.MEMORY_SHORT ->
          new Admitted(
              admitted.partition(),
              admitted.batch(),
              Optional.of(new AppendResult.Refused(reason, message)),
              false);
      case Preparation.Refused refused -> ProduceAdmission.refused(refused);
    };
  }

  /// A batch is a slice of its frame and keeps all of it in memory until its segment is written. Where most of
  /// a frame was refused, or was never a batch, what is left gets memory of its own.
  private Append append(List<ProduceAdmission> admissions, Call call) {
    List<Admitted> admitted =
        admissions.stream().filter(Admitted.class::isInstance).map(Admitted.class::cast).toList();
    int bytes =
        admitted.stream()
            .filter(one -> !one.rewritten())
            .mapToInt(one -> one.batch().remaining())
            .sum();
    boolean copy = bytes < call.request().frameBytes() / 2;
    List<PartitionAppend> appends =
        admitted.stream().map(one -> (copy ? one.copied() : one).append(call.lease())).toList();
    if (!inTransaction(admissions)) {
      return log.append(appends);
    }
    String transactionalId = call.message(ProduceRequestData.class).transactionalId();
    boolean joins = call.version() >= ProduceAdmission.FIRST_VERSION_THAT_JOINS;
    return transactions.append(transactionalId, joins, appends);
  }

  private static boolean inTransaction(List<ProduceAdmission> admissions) {
    return admissions.stream()
        .anyMatch(one -> one instanceof Admitted admitted && admitted.isTransactional());
  }
}
