package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.transaction.ProducerIdentity;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionPartition;
import dev.daybook.eventlog.transaction.TransactionReply;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnPartitionResult;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnTopicResult;
import org.apache.kafka.common.protocol.Errors;

/// AddPartitionsToTxn: a producer of the older protocol says where its transaction will write. Versions from 4 on are
/// between brokers, of which there is one.
final class AddPartitionsToTxnHandler implements Handler {
  private static final short FIRST_VERSION_WITH_FENCED = 2;

  private final EventLog log;
  private final TransactionCoordinator transactions;

  AddPartitionsToTxnHandler(EventLog log, TransactionCoordinator transactions) {
    this.log = log;
    this.transactions = transactions;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    AddPartitionsToTxnRequestData request = call.message(AddPartitionsToTxnRequestData.class);
    if (request.v3AndBelowTransactionalId().isEmpty()) {
      return Reply.now(answer(request, partition -> Errors.INVALID_REQUEST));
    }
    Set<TransactionPartition> asked =
        request.v3AndBelowTopics().stream()
            .flatMap(
                topic ->
                    topic.partitions().stream()
                        .map(index -> new TransactionPartition(topic.name(), index)))
            .collect(Collectors.toSet());
    if (!asked.stream().allMatch(this::exists)) {
      return Reply.now(
          answer(
              request,
              partition ->
                  exists(partition)
                      ? Errors.OPERATION_NOT_ATTEMPTED
                      : Errors.UNKNOWN_TOPIC_OR_PARTITION));
    }
    return transactions
        .add(
            request.v3AndBelowTransactionalId(),
            new ProducerIdentity(request.v3AndBelowProducerId(), request.v3AndBelowProducerEpoch()),
            asked,
            (short) 0)
        .thenApplyAsync(
            reply -> new Reply.Answer(answer(request, one -> error(reply, call.version()))),
            call.loop());
  }

  private boolean exists(TransactionPartition partition) {
    return log.topics()
        .byName(partition.topic())
        .filter(topic -> partition.index() >= 0 && partition.index() < topic.partitions())
        .isPresent();
  }

  private static Errors error(TransactionReply reply, short version) {
    return switch (reply) {
      case TransactionReply.Done _ -> Errors.NONE;
      case TransactionReply.Refused(var fault, _) ->
          TransactionErrors.of(fault, version >= FIRST_VERSION_WITH_FENCED);
    };
  }

  private static AddPartitionsToTxnResponseData answer(
      AddPartitionsToTxnRequestData request, Function<TransactionPartition, Errors> error) {
    AddPartitionsToTxnResponseData response = new AddPartitionsToTxnResponseData();
    for (AddPartitionsToTxnTopic topic : request.v3AndBelowTopics()) {
      AddPartitionsToTxnTopicResult result =
          new AddPartitionsToTxnTopicResult().setName(topic.name());
      for (int index : topic.partitions()) {
        result
            .resultsByPartition()
            .add(
                new AddPartitionsToTxnPartitionResult()
                    .setPartitionIndex(index)
                    .setPartitionErrorCode(
                        error.apply(new TransactionPartition(topic.name(), index)).code()));
      }
      response.resultsByTopicV3AndBelow().add(result);
    }
    return response;
  }
}
