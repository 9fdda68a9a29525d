package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Appending;
import dev.daybook.eventlog.partition.MarkerAppend;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TransactionMarker;
import dev.daybook.eventlog.topic.Topic;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down what the rules decided, on the appender's thread: the state's record first, then what follows from it,
/// all in one journal entry. The book learns of it by replay of that very record. Good for one decision.
final class Scribe {
  private static final Logger LOG = LoggerFactory.getLogger(Scribe.class);

  private final Appending appending;
  private final TransactionLog log;
  private final Topic topic;
  private final TransactionBook book;
  private final TransactionBook.Now now;

  Scribe(
      Appending appending,
      TransactionLog log,
      Topic topic,
      TransactionBook book,
      TransactionBook.Now now) {
    this.appending = appending;
    this.log = log;
    this.topic = topic;
    this.book = book;
    this.now = now;
  }

  TransactionBook book() {
    return book;
  }

  TransactionBook.Now now() {
    return now;
  }

  Appending appending() {
    return appending;
  }

  /// Writes down that the transactional id is as this says.
  ///
  /// @return why it could not be written, if it could not
  Optional<Decision.Refused> write(Transaction after) {
    return write(after.id(), after);
  }

  /// Writes down that the id is forgotten.
  Optional<Decision.Refused> forget(Transaction unused) {
    return write(unused.id(), null);
  }

  /// Ends a transaction: in one entry for all partitions, but for those of group offsets, whose markers the group
  /// coordinator must write. Only where there are such is the end prepared first, and completed with the last of them.
  ///
  /// @return why it could not be written, if it could not
  Optional<Decision.Refused> end(Transaction prepared) {
    TransactionMarker marker = StateTopic.marker(log, prepared);
    Set<TransactionPartition> offsets =
        only(prepared, one -> one.isGroupOffsets() && !hasReopened(one, marker));
    Optional<Decision.Refused> refused =
        write(offsets.isEmpty() ? prepared.completed(now.wallMs()) : prepared.waitingFor(offsets));
    if (refused.isEmpty()) {
      only(prepared, partition -> !partition.isGroupOffsets())
          .forEach(partition -> mark(partition, marker, prepared));
    }
    return refused;
  }

  /// Goes on with an end that a stop of the machine left half done.
  ///
  /// @return what group offsets must still be told of
  Optional<Transaction> resume(Transaction prepared) {
    if (!prepared.partitions().stream().allMatch(TransactionPartition::isGroupOffsets)
        || prepared.partitions().isEmpty()) {
      var _ = end(prepared);
    }
    return Optional.ofNullable(book.get(prepared.id())).filter(Transaction::isPrepared);
  }

  /// Says that the group coordinator's marker is in the same entry.
  void groupMarkerWritten(TransactionPartition partition, ProducerIdentity producer) {
    book.ofProducer(producer.id())
        .filter(one -> one.isPrepared() && one.epoch() == producer.epoch())
        .filter(one -> one.partitions().contains(partition))
        .ifPresent(
            prepared -> {
              Set<TransactionPartition> left = only(prepared, one -> !one.equals(partition));
              var _ =
                  write(
                      left.isEmpty()
                          ? prepared.completed(now.wallMs())
                          : prepared.waitingFor(left));
            });
  }

  private Optional<Decision.Refused> write(String id, @Nullable Transaction after) {
    Optional<Partition> home = home(id);
    if (home.isEmpty()) {
      return unavailable(topic.name() + " is not there");
    }
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed()
            .append(
                now.wallMs(),
                TransactionCodec.key(id),
                after == null ? null : TransactionCodec.value(after))
            .build();
    return switch (appending.append(new PartitionAppend(home.get(), batch))) {
      case AppendResult.Refused(AppendResult.Reason reason, String message) ->
          unavailable(
              "The state of '" + id + "' could not be written (" + reason + "): " + message);
      case AppendResult.Appended _, AppendResult.Duplicate _ -> {
        book.replay(id, after, now);
        yield Optional.empty();
      }
    };
  }

  /// A partition that is gone needs no marker, and one that has seen a newer producer refuses it rightly. One where an
  /// earlier transaction of the producer is open again has taken nothing of this one.
  private void mark(
      TransactionPartition partition, TransactionMarker marker, Transaction prepared) {
    Optional<Partition> found = find(partition);
    if (found.isEmpty() || hasReopened(partition, marker)) {
      return;
    }
    AppendResult result = appending.append(new MarkerAppend(found.get(), marker));
    if (result instanceof AppendResult.Refused(AppendResult.Reason reason, String message)
        && reason != AppendResult.Reason.UNKNOWN_PARTITION) {
      LOG.warn(
          "a transaction's marker was refused: id={} partition={}-{} reason={} message=\"{}\"",
          prepared.id(),
          partition.topic(),
          partition.index(),
          reason,
          message);
    }
  }

  private boolean hasReopened(TransactionPartition partition, TransactionMarker marker) {
    return find(partition)
        .flatMap(found -> found.openTransaction(marker.producerId()))
        .filter(open -> !open.isEndedBy(marker))
        .isPresent();
  }

  private Optional<Partition> find(TransactionPartition partition) {
    return log.topics()
        .byName(partition.topic())
        .filter(found -> partition.index() < found.partitions())
        .map(found -> log.partition(found.partition(partition.index())));
  }

  private Optional<Partition> home(String id) {
    return Optional.ofNullable(log.partition(StateTopic.home(topic, id)));
  }

  private static Set<TransactionPartition> only(
      Transaction transaction, Predicate<TransactionPartition> test) {
    return transaction.partitions().stream().filter(test).collect(Collectors.toSet());
  }

  private static Optional<Decision.Refused> unavailable(String message) {
    return Optional.of(new Decision.Refused(TransactionFault.NOT_AVAILABLE, message));
  }
}
