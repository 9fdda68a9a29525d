package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.transaction.ProducerIdentity;
import dev.daybook.eventlog.transaction.Transaction;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionReply;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.protocol.Errors;

/// EndTxn: commits or aborts. From version 5 on the answer names the producer's next epoch, so that a request which
/// comes late can end no later transaction (KIP-890).
final class EndTxnHandler implements Handler {
  private static final short FIRST_VERSION_WITH_FENCED = 2;
  private static final short FIRST_VERSION_THAT_RAISES_EPOCH = 5;

  private final TransactionCoordinator transactions;

  EndTxnHandler(TransactionCoordinator transactions) {
    this.transactions = transactions;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    EndTxnRequestData request = call.message(EndTxnRequestData.class);
    if (request.transactionalId().isEmpty()) {
      return Reply.now(new EndTxnResponseData().setErrorCode(Errors.INVALID_REQUEST.code()));
    }
    boolean raises = call.version() >= FIRST_VERSION_THAT_RAISES_EPOCH;
    return transactions
        .end(
            request.transactionalId(),
            new ProducerIdentity(request.producerId(), request.producerEpoch()),
            request.committed(),
            raises ? Transaction.RAISES_EPOCH : 0)
        .thenApplyAsync(reply -> new Reply.Answer(answer(reply, call.version())), call.loop());
  }

  private static EndTxnResponseData answer(TransactionReply reply, short version) {
    EndTxnResponseData response = new EndTxnResponseData();
    return switch (reply) {
      case TransactionReply.Done(ProducerIdentity producer) ->
          version >= FIRST_VERSION_THAT_RAISES_EPOCH
              ? response.setProducerId(producer.id()).setProducerEpoch(producer.epoch())
              : response;
      case TransactionReply.Refused(var fault, _) ->
          response.setErrorCode(
              TransactionErrors.of(fault, version >= FIRST_VERSION_WITH_FENCED).code());
    };
  }
}
