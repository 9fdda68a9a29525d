package dev.daybook.eventlog.labs;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;

/// Transactions that a partition holds open and that are over for their coordinator: nobody will ever end them. Tells
/// them from those whose end is on its way, without a clock: a topic that is made behind the second look is durable
/// after all that was decided before it.
///
/// Nobody may kill the server meanwhile.
final class ForgottenTransactions {
  private static final Set<TransactionState> OPEN =
      Set.of(
          TransactionState.ONGOING,
          TransactionState.PREPARE_COMMIT,
          TransactionState.PREPARE_ABORT,
          TransactionState.PREPARE_EPOCH_FENCE);

  private final Admin admin;
  private final List<TopicPartition> partitions;
  private final List<String> ids;

  ForgottenTransactions(Admin admin, List<TopicPartition> partitions, List<String> ids) {
    this.admin = admin;
    this.partitions = partitions;
    this.ids = ids;
  }

  /// A transaction in one partition.
  private record Open(TopicPartition partition, long producerId, long firstOffset) {}

  boolean areThere() throws Exception {
    try {
      Set<Open> before = inPartitions();
      before.removeAll(known(before));
      if (before.isEmpty()) {
        return false;
      }
      admin
          .createTopics(List.of(new NewTopic("behind-" + System.nanoTime(), 1, (short) 1)))
          .all()
          .get(2, TimeUnit.MINUTES);
      before.retainAll(inPartitions());
      return !before.isEmpty();
    } catch (ExecutionException e) {
      return false; // It is loading, or knows nothing of them yet.
    }
  }

  private Set<Open> inPartitions() throws Exception {
    return admin.describeProducers(partitions).all().get(2, TimeUnit.MINUTES).entrySet().stream()
        .flatMap(
            found ->
                found.getValue().activeProducers().stream()
                    .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                    .map(
                        producer ->
                            new Open(
                                found.getKey(),
                                producer.producerId(),
                                producer.currentTransactionStartOffset().getAsLong())))
        .collect(Collectors.toSet());
  }

  private Set<Open> known(Set<Open> opened) throws Exception {
    Map<String, TransactionDescription> described =
        admin.describeTransactions(ids).all().get(2, TimeUnit.MINUTES);
    return opened.stream()
        .filter(open -> described.values().stream().anyMatch(one -> isOf(one, open)))
        .collect(Collectors.toSet());
  }

  private static boolean isOf(TransactionDescription transaction, Open open) {
    return OPEN.contains(transaction.state())
        && transaction.producerId() == open.producerId()
        && transaction.topicPartitions().contains(open.partition());
  }
}
