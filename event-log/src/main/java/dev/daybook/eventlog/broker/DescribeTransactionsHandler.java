package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.transaction.Transaction;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionPartition;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.DescribeTransactionsRequestData;
import org.apache.kafka.common.message.DescribeTransactionsResponseData;
import org.apache.kafka.common.message.DescribeTransactionsResponseData.TopicData;
import org.apache.kafka.common.message.DescribeTransactionsResponseData.TransactionState;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// DescribeTransactions: where some transactional ids stand.
final class DescribeTransactionsHandler implements Handler {
  private final TransactionCoordinator transactions;

  DescribeTransactionsHandler(TransactionCoordinator transactions) {
    this.transactions = transactions;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    List<String> asked = call.message(DescribeTransactionsRequestData.class).transactionalIds();
    if (!transactions.loaded().isDone()) {
      return Reply.now(answer(asked, id -> refused(id, Errors.COORDINATOR_LOAD_IN_PROGRESS)));
    }
    Set<String> ids = new HashSet<>(asked);
    return transactions
        .list(one -> ids.contains(one.id()))
        .thenApply(found -> answer(asked, found))
        .exceptionally(Stopping.answer(error -> answer(asked, id -> refused(id, error))))
        .thenApplyAsync(Reply.Answer::new, call.loop());
  }

  private DescribeTransactionsResponseData answer(List<String> asked, List<Transaction> found) {
    Map<String, Transaction> byId =
        found.stream().collect(Collectors.toMap(Transaction::id, one -> one));
    return answer(
        asked,
        id ->
            transactions
                .unavailable(id)
                .map(fault -> refused(id, TransactionErrors.of(fault)))
                .orElseGet(() -> described(id, byId.get(id))));
  }

  private static DescribeTransactionsResponseData answer(
      List<String> ids, Function<String, TransactionState> describe) {
    return new DescribeTransactionsResponseData()
        .setTransactionStates(ids.stream().map(describe).toList());
  }

  private static TransactionState described(String id, @Nullable Transaction found) {
    if (id.isEmpty()) {
      return refused(id, Errors.INVALID_REQUEST);
    }
    if (found == null) {
      return refused(id, Errors.TRANSACTIONAL_ID_NOT_FOUND);
    }
    TransactionState state =
        new TransactionState()
            .setTransactionalId(id)
            .setProducerId(found.producerId())
            .setProducerEpoch(found.epoch())
            .setTransactionState(found.state().kafkaName())
            .setTransactionTimeoutMs(found.timeoutMs())
            .setTransactionStartTimeMs(found.startMs());
    for (TransactionPartition partition : found.partitions()) {
      TopicData topic = state.topics().find(partition.topic());
      if (topic == null) {
        topic = new TopicData().setTopic(partition.topic());
        state.topics().add(topic);
      }
      topic.partitions().add(partition.index());
    }
    return state;
  }

  private static TransactionState refused(String id, Errors error) {
    return new TransactionState().setTransactionalId(id).setErrorCode(error.code());
  }
}
