package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.time.Scheduler;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads the state at a start, each of its partitions by itself: one that can not be read keeps back the transactional
/// ids that belong to it, and no others. It is tried again less and less often; where records are damaged that helps only
/// after a repair, which is after the next start.
final class Loading {
  private static final Logger LOG = LoggerFactory.getLogger(Loading.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final TransactionLog log;
  private final Decisions decisions;
  private final Scheduler scheduler;
  private volatile CompletableFuture<Void> done = CompletableFuture.completedFuture(null);

  /// Why a partition could not be loaded, by its index.
  private volatile Map<Integer, String> missing = Map.of();

  Loading(TransactionLog log, Decisions decisions, Scheduler scheduler) {
    this.log = log;
    this.decisions = decisions;
    this.scheduler = scheduler;
  }

  /// Begins; called once.
  ///
  /// @param goOn with ends that were only prepared, before anybody else decides
  void start(Consumer<List<Transaction>> goOn) {
    Optional<Topic> topic = StateTopic.existing(log);
    if (topic.isEmpty()) {
      return;
    }
    done = new CompletableFuture<>();
    Set<Integer> all =
        IntStream.range(0, topic.get().partitions()).boxed().collect(Collectors.toSet());
    log.readers().execute(() -> load(topic.get(), all, goOn, FIRST_PAUSE));
  }

  /// Completes when all that can be read is loaded; at once when there is nothing.
  CompletableFuture<Void> done() {
    return done;
  }

  /// The same, or when so much time has passed.
  CompletableFuture<Void> doneWithin(Duration patience) {
    if (done.isDone()) {
      return done;
    }
    CompletableFuture<Void> either = new CompletableFuture<>();
    Scheduler.Scheduled end = scheduler.after(patience, () -> either.complete(null));
    var _ =
        done.thenRun(
            () -> {
              end.cancel();
              either.complete(null);
            });
    return either;
  }

  /// Why nothing can be decided about this id for now; empty when it can.
  Optional<Decision.Refused> refusal(String id) {
    if (!done.isDone()) {
      return Optional.of(
          new Decision.Refused(
              TransactionFault.LOADING, "Transactions are being loaded; try again"));
    }
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    return StateTopic.existing(log)
        .map(topic -> StateTopic.home(topic, id).index())
        .filter(missing::containsKey)
        .map(
            index ->
                new Decision.Refused(
                    isDamaged(index) ? TransactionFault.DAMAGED : TransactionFault.NOT_AVAILABLE,
                    "The state of '" + id + "' can not be read: " + told(index)));
  }

  private boolean isDamaged(int index) {
    return StateTopic.existing(log)
        .map(topic -> log.partition(topic.partition(index)))
        .filter(partition -> partition.damage().isOpen())
        .isPresent();
  }

  /// How many partitions are not loaded, and should be.
  int missing() {
    return missing.size();
  }

  /// What is the matter, and what helps: a sentence for each partition that is not loaded.
  List<String> problems() {
    return missing.keySet().stream().sorted().map(this::told).toList();
  }

  private String told(int index) {
    return "Partition %d of __transaction_state is not loaded (%s); transactional ids that belong to it are not served. Where records are damaged, stop Daybook, then restore the data directory from a backup or run 'daybook repair'"
        .formatted(index, missing.getOrDefault(index, "loaded meanwhile"));
  }

  /// Blocks.
  private void load(
      Topic topic, Set<Integer> wanted, Consumer<List<Transaction>> goOn, Duration pause) {
    List<TransactionBook> loaded = new ArrayList<>();
    Map<Integer, String> failed = new TreeMap<>();
    for (int index : wanted) {
      try {
        loaded.add(new StateLoader(log, topic, decisions.now()).load(index));
      } catch (IOException | RuntimeException e) {
        failed.put(index, e.toString());
      }
    }
    if (!loaded.isEmpty() || !done.isDone()) {
      var _ =
          decisions
              .install(loaded)
              .thenAccept(
                  prepared -> {
                    goOn.accept(prepared);
                    isMissing(failed);
                    done.complete(null);
                  });
    } else {
      isMissing(failed);
    }
    if (!failed.isEmpty()) {
      Duration next =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
      var _ =
          scheduler.after(
              pause, () -> log.readers().execute(() -> load(topic, failed.keySet(), goOn, next)));
    }
  }

  /// Tells it once for each reason.
  private void isMissing(Map<Integer, String> failed) {
    failed.forEach(
        (index, reason) -> {
          if (!reason.equals(missing.get(index))) {
            LOG.error(
                "transactions of a state partition not loaded, others are served: partition=__transaction_state-{} reason=\"{}\"; where records are damaged, run 'daybook repair'",
                index,
                reason);
          }
        });
    missing = Map.copyOf(failed);
  }
}
