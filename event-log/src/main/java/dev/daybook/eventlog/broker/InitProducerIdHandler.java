package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.transaction.ProducerIdentity;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionReply;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.Errors;

/// InitProducerId: an id for an idempotent producer, never given before and never again; or, under a transactional id,
/// the next epoch, which fences all who had an earlier one.
final class InitProducerIdHandler implements Handler {
  private static final short FIRST_VERSION_WITH_FENCED = 4;
  private static final long NO_ID = -1;
  private static final short NO_EPOCH = -1;

  private final EventLog log;
  private final TransactionCoordinator transactions;

  InitProducerIdHandler(EventLog log, TransactionCoordinator transactions) {
    this.log = log;
    this.transactions = transactions;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    InitProducerIdRequestData request = call.message(InitProducerIdRequestData.class);
    if ((request.producerId() == NO_ID) != (request.producerEpoch() == NO_EPOCH)) {
      return Reply.now(refused(Errors.INVALID_REQUEST));
    }
    if (request.transactionalId() != null) {
      return transactions
          .init(request.transactionalId(), request.transactionTimeoutMs(), expected(request))
          .thenApplyAsync(reply -> new Reply.Answer(answer(reply, call.version())), call.loop());
    }
    return log.newProducerId()
        .thenApply(
            id -> new InitProducerIdResponseData().setProducerId(id).setProducerEpoch((short) 0))
        .exceptionally(Stopping.answer(InitProducerIdHandler::refused))
        .thenApplyAsync(Reply.Answer::new, call.loop());
  }

  private static Optional<ProducerIdentity> expected(InitProducerIdRequestData request) {
    return request.producerId() == NO_ID
        ? Optional.empty()
        : Optional.of(new ProducerIdentity(request.producerId(), request.producerEpoch()));
  }

  private static InitProducerIdResponseData answer(TransactionReply reply, short version) {
    return switch (reply) {
      case TransactionReply.Done(ProducerIdentity producer) ->
          new InitProducerIdResponseData()
              .setProducerId(producer.id())
              .setProducerEpoch(producer.epoch());
      case TransactionReply.Refused(var fault, _) ->
          refused(TransactionErrors.of(fault, version >= FIRST_VERSION_WITH_FENCED));
    };
  }

  private static InitProducerIdResponseData refused(Errors error) {
    return new InitProducerIdResponseData()
        .setErrorCode(error.code())
        .setProducerId(NO_ID)
        .setProducerEpoch(NO_EPOCH);
  }
}
