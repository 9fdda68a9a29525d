package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.transaction.ProducerIdentity;
import dev.daybook.eventlog.transaction.Transaction;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionFault;
import dev.daybook.eventlog.transaction.TransactionPartition;
import dev.daybook.eventlog.transaction.TransactionReply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// One transactional producer of a scene, with what it was told so far. One thing at a time is under way; whenever
/// something goes wrong it begins anew, as an application does.
final class TransactionalClient {
  static final int TIMEOUT_MS = 60_000;

  /// What it was told, over all lives.
  final Map<String, Attempt> attempts = new HashMap<>();

  private final String id;
  private final Random random;
  private int number;
  private ProducerIdentity last = new ProducerIdentity(-1, (short) -1);
  private Life life;

  TransactionalClient(String id, Random random) {
    this.id = id;
    this.random = random;
  }

  /// One transaction.
  static final class Attempt {
    final List<Integer> partitions = new ArrayList<>();
    final List<Integer> offsets = new ArrayList<>();
    boolean commit;
    boolean asked;
    boolean answered;
  }

  /// A process begins; whatever was under way is forgotten.
  void begin(TransactionCoordinator coordinator, List<Partition> data, List<Partition> offsets) {
    life = new Life(coordinator, data, offsets);
  }

  /// Goes on, unless it waits for an answer.
  void step() {
    if (!life.waiting) {
      life.next();
    }
  }

  private final class Life {
    private final TransactionCoordinator coordinator;
    private final List<Partition> data;
    private final List<Partition> offsets;
    private final boolean rising = random.nextInt(3) > 0;
    private final Map<Partition, Integer> sequences = new HashMap<>();
    private boolean waiting;
    private Optional<ProducerIdentity> producer = Optional.empty();
    private Optional<Attempt> attempt = Optional.empty();
    private String value = "";

    Life(TransactionCoordinator coordinator, List<Partition> data, List<Partition> offsets) {
      this.coordinator = coordinator;
      this.data = data;
      this.offsets = offsets;
    }

    void next() {
      if (producer.isEmpty()) {
        init();
      } else if (attempt.isEmpty()) {
        Attempt begun = new Attempt();
        value = id + "/" + number++;
        attempts.put(value, begun);
        attempt = Optional.of(begun);
      } else if (random.nextInt(4) == 0) {
        end(attempt.get());
      } else if (random.nextInt(4) == 0) {
        commitOffsets(attempt.get());
      } else {
        produce(attempt.get());
      }
    }

    private void init() {
      await(
          coordinator.init(id, TIMEOUT_MS, Optional.empty()),
          reply -> {
            if (reply instanceof TransactionReply.Done(ProducerIdentity given)) {
              if (given.id() == last.id() && given.epoch() <= last.epoch()) {
                throw new AssertionError(id + " got " + given + " after " + last);
              }
              last = given;
              producer = Optional.of(given);
              sequences.clear();
            }
          });
    }

    private void produce(Attempt attempt) {
      int index = random.nextInt(data.size());
      if (rising || attempt.partitions.contains(index)) {
        append(attempt, index);
      } else {
        await(
            coordinator.add(
                id,
                producer.orElseThrow(),
                Set.of(new TransactionPartition("data", index)),
                (short) 0),
            reply -> {
              if (reply instanceof TransactionReply.Done) {
                append(attempt, index);
              } else {
                startOver();
              }
            });
      }
    }

    private void append(Attempt attempt, int index) {
      Partition partition = data.get(index);
      int sequence = sequences.getOrDefault(partition, 0);
      PartitionAppend append = new PartitionAppend(partition, batch(sequence));
      await(
          coordinator.append(id, rising, List.of(append)).durable(),
          results -> {
            if (results.getFirst() instanceof AppendResult.Appended) {
              sequences.put(partition, sequence + 1);
              attempt.partitions.add(index);
            } else {
              startOver();
            }
          });
    }

    private void commitOffsets(Attempt attempt) {
      int index = random.nextInt(offsets.size());
      await(
          coordinator.join(id, producer.orElseThrow(), index, true),
          refused -> {
            if (refused.isPresent()) {
              startOver();
              return;
            }
            PartitionAppend append = new PartitionAppend(offsets.get(index), batch(-1));
            await(
                coordinator.appendOffsets(index, append).durable(),
                results -> {
                  if (results.getFirst() instanceof AppendResult.Appended) {
                    attempt.offsets.add(index);
                  } else {
                    startOver();
                  }
                });
          });
    }

    private void end(Attempt ending) {
      ending.commit = random.nextInt(3) > 0;
      ending.asked = true;
      ProducerIdentity asking = producer.orElseThrow();
      await(
          coordinator.end(id, asking, ending.commit, rising ? Transaction.RAISES_EPOCH : (short) 0),
          reply -> {
            attempt = Optional.empty();
            switch (reply) {
              case TransactionReply.Done(ProducerIdentity next) -> {
                ending.answered = true;
                last = next;
                producer = Optional.of(next);
                if (rising) {
                  sequences.clear();
                }
              }
              case TransactionReply.Refused(TransactionFault fault, _) -> startOver();
            }
          });
    }

    private void startOver() {
      producer = Optional.empty();
      attempt = Optional.empty();
    }

    private ByteBuffer batch(int sequence) {
      ProducerIdentity writer = producer.orElseThrow();
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(value);
      return RecordBatchBuilder.uncompressed()
          .producer(writer.id(), writer.epoch(), sequence)
          .transactional()
          .append(1, bytes, bytes)
          .build();
    }

    /// What an answer shows to be wrong is thrown where the answer was given: on the thread that steps everything.
    private <T> void await(CompletableFuture<T> answer, java.util.function.Consumer<T> then) {
      waiting = true;
      var _ =
          answer.whenComplete(
              (result, failure) -> {
                waiting = false;
                if (failure != null) {
                  startOver();
                  return;
                }
                try {
                  then.accept(result);
                } catch (AssertionError wrong) {
                  TransactionScene.wrong(wrong);
                }
              });
    }
  }
}
