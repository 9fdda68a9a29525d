package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Appending;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.topic.Topic;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes down what the rules decided, on the appender's thread: the state's record first, then what follows from it,
/// all in one journal entry. The book learns of it by replay of that very record. Good for one decision.
final class Scribe {
  private final Appending appending;
  private final TransactionLog log;
  private final Topic topic;
  private final TransactionBook book;
  private final TransactionCounts counts;
  private final TransactionBook.Now now;

  Scribe(
      Appending appending,
      TransactionLog log,
      Topic topic,
      TransactionBook book,
      TransactionCounts counts,
      TransactionBook.Now now) {
    this.appending = appending;
    this.log = log;
    this.topic = topic;
    this.book = book;
    this.counts = counts;
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

  /// Why partitions that are about to join a transaction can not, if they can not: an earlier one of its producer is open in
  /// one of them, of which the book knows nothing any more. It would be continued.
  Optional<Decision.Refused> refuseStrayed(Transaction joined) {
    Transaction before = book.get(joined.id());
    Set<TransactionPartition> joining = new HashSet<>(joined.partitions());
    if (before != null && before.state() == TransactionState.ONGOING) {
      joining.removeAll(before.partitions());
    }
    return joining.stream()
        .filter(
            one ->
                one.in(log)
                    .flatMap(found -> found.openTransaction(joined.producerId()))
                    .isPresent())
        .findFirst()
        .map(
            strayed ->
                new Decision.Refused(
                    TransactionFault.CONCURRENT,
                    "An earlier transaction of '%s', whose end is lost, is open in %s-%d; an administrator can abort it (kafka-transactions.sh find-hanging, abort)"
                        .formatted(joined.id(), strayed.topic(), strayed.index())));
  }

  /// Ends a transaction: in one entry for all partitions, but for those of group offsets, whose markers the group
  /// coordinator must write, and for damaged ones, which take none until they are repaired. Only where there are such is the
  /// end prepared first, and completed with the last of them.
  ///
  /// @return why it could not be written, if it could not
  Optional<Decision.Refused> end(Transaction prepared) {
    EndMarkers markers = new EndMarkers(appending, log, prepared);
    Set<TransactionPartition> later = markers.later();
    boolean wasOpen = isOpen(prepared.id());
    Optional<Decision.Refused> refused = write(waitingFor(later, prepared));
    if (refused.isEmpty()) {
      if (wasOpen) {
        counts.ended(prepared);
      }
      Set<TransactionPartition> missed = markers.write(later);
      if (!missed.isEmpty()) {
        Set<TransactionPartition> all = new HashSet<>(later);
        all.addAll(missed);
        var _ = write(waitingFor(all, prepared));
      }
      markers.tellOfThoseThatWait();
    }
    return refused;
  }

  /// Goes on with an end that a stop of the machine, or a damaged partition, left half done: so far as that can be done now.
  ///
  /// @return what group offsets must still be told of
  Optional<Transaction> resume(Transaction loaded) {
    prepared(loaded)
        .ifPresent(
            prepared -> {
              if (canGoOn(prepared)) {
                var _ = end(prepared);
              } else {
                new EndMarkers(appending, log, prepared).tellOfThoseThatWait();
              }
            });
    return prepared(loaded);
  }

  /// What the book says of this end by now: others may have brought it on, or have completed it.
  private Optional<Transaction> prepared(Transaction loaded) {
    return Optional.ofNullable(book.get(loaded.id()))
        .filter(now -> now.isPrepared() && now.epoch() == loaded.epoch());
  }

  /// Whether some partition that a prepared end waits for needs no waiting any more.
  boolean canGoOn(Transaction prepared) {
    Set<TransactionPartition> later = new EndMarkers(appending, log, prepared).later();
    return later.isEmpty() || !later.equals(prepared.partitions());
  }

  /// Says that the group coordinator's marker is in the same entry.
  void groupMarkerWritten(TransactionPartition partition, ProducerIdentity producer) {
    book.ofProducer(producer.id())
        .filter(one -> one.isPrepared() && one.epoch() == producer.epoch())
        .filter(one -> one.partitions().contains(partition))
        .ifPresent(
            prepared -> {
              Set<TransactionPartition> left = new HashSet<>(prepared.partitions());
              left.remove(partition);
              var _ = write(waitingFor(left, prepared));
            });
  }

  /// The transaction as it is when all but these partitions know how it ended.
  private Transaction waitingFor(Set<TransactionPartition> left, Transaction prepared) {
    return left.isEmpty() ? prepared.completed(now.dateMs()) : prepared.waitingFor(left);
  }

  private Optional<Decision.Refused> write(String id, @Nullable Transaction after) {
    Optional<Partition> home = home(id);
    if (home.isEmpty()) {
      return Optional.of(
          new Decision.Refused(TransactionFault.NOT_AVAILABLE, topic.name() + " is not there"));
    }
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed()
            .append(
                now.dateMs(),
                TransactionCodec.key(id),
                after == null ? null : TransactionCodec.value(after))
            .build();
    return switch (appending.append(new PartitionAppend(home.get(), batch))) {
      case AppendResult.Refused(AppendResult.Reason reason, String message) ->
          Optional.of(
              new Decision.Refused(
                  reason == AppendResult.Reason.DAMAGED
                      ? TransactionFault.DAMAGED
                      : TransactionFault.NOT_AVAILABLE,
                  "The state of '%s' could not be written (%s): %s"
                      .formatted(id, reason, message)));
      case AppendResult.Appended _, AppendResult.Duplicate _ -> {
        book.replay(id, after, now);
        yield Optional.empty();
      }
    };
  }

  private boolean isOpen(String id) {
    Transaction before = book.get(id);
    return before != null && before.state() == TransactionState.ONGOING;
  }

  private Optional<Partition> home(String id) {
    return Optional.ofNullable(log.partition(StateTopic.home(topic, id)));
  }
}
