package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.group.GroupCoordinator;
import dev.daybook.eventlog.topic.TopicNames;
import dev.daybook.eventlog.transaction.ProducerIdentity;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionPartition;
import dev.daybook.eventlog.transaction.TransactionReply;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddOffsetsToTxnResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// AddOffsetsToTxn: a producer of the older protocol says that its transaction will commit offsets of a group.
final class AddOffsetsToTxnHandler implements Handler {
  private static final short FIRST_VERSION_WITH_FENCED = 2;

  private final GroupCoordinator<ApiMessage> groups;
  private final TransactionCoordinator transactions;

  AddOffsetsToTxnHandler(GroupCoordinator<ApiMessage> groups, TransactionCoordinator transactions) {
    this.groups = groups;
    this.transactions = transactions;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    AddOffsetsToTxnRequestData request = call.message(AddOffsetsToTxnRequestData.class);
    if (request.transactionalId().isEmpty()) {
      return Reply.now(answer(Errors.INVALID_REQUEST));
    }
    return groups
        .partitionOf(request.groupId())
        .thenCompose(
            partition ->
                transactions.add(
                    request.transactionalId(),
                    new ProducerIdentity(request.producerId(), request.producerEpoch()),
                    Set.of(new TransactionPartition(TopicNames.GROUP_OFFSETS, partition)),
                    (short) 0))
        .thenApply(reply -> error(reply, call.version()))
        .exceptionally(notReady -> Errors.COORDINATOR_NOT_AVAILABLE)
        .thenApplyAsync(error -> new Reply.Answer(answer(error)), call.loop());
  }

  private static Errors error(TransactionReply reply, short version) {
    return switch (reply) {
      case TransactionReply.Done _ -> Errors.NONE;
      case TransactionReply.Refused(var fault, _) ->
          TransactionErrors.of(fault, version >= FIRST_VERSION_WITH_FENCED);
    };
  }

  private static AddOffsetsToTxnResponseData answer(Errors error) {
    return new AddOffsetsToTxnResponseData().setErrorCode(error.code());
  }
}
