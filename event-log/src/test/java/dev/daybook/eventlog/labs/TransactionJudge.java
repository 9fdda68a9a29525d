package dev.daybook.eventlog.labs;

import dev.daybook.eventlog.labs.TransactionEvent.Aborted;
import dev.daybook.eventlog.labs.TransactionEvent.Committed;
import dev.daybook.eventlog.labs.TransactionEvent.Copy;
import dev.daybook.eventlog.labs.TransactionEvent.Ending;
import dev.daybook.eventlog.labs.TransactionEvent.Ends;
import dev.daybook.eventlog.labs.TransactionEvent.Read;
import dev.daybook.eventlog.labs.TransactionEvent.ReadAll;
import dev.daybook.eventlog.labs.Violation.Rule;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Judges the history of a copying run: every input is in the output once, nothing of an aborted transaction was ever read,
/// no transaction is there in part, what was read stays, and readers of what is committed get to the end.
///
/// Looks at each event once; a verdict takes as long as reading the history.
final class TransactionJudge {
  private static final int MAX_VIOLATIONS = 20;

  private final int inputs;
  private final List<Violation> violations = new ArrayList<>();
  private final Map<String, List<Integer>> ending = new HashMap<>();
  private final Set<String> committed = new HashSet<>();
  private final Set<String> aborted = new HashSet<>();
  private final Map<String, Copy> bound = new HashMap<>();
  private final List<Read> reads = new ArrayList<>();
  private List<Read> last = List.of();
  private boolean wasReadToTheEnd;

  private TransactionJudge(int inputs) {
    this.inputs = inputs;
  }

  /// Every broken promise, the first twenty at most.
  ///
  /// @param inputs how many there were, numbered from 0
  static List<Violation> judge(int inputs, List<TransactionEvent> history) {
    TransactionJudge judge = new TransactionJudge(inputs);
    history.forEach(judge::note);
    judge.conclude();
    return judge.violations.stream().limit(MAX_VIOLATIONS).toList();
  }

  private void note(TransactionEvent event) {
    switch (event) {
      case Ending(String transaction, List<Integer> ids) -> ending.put(transaction, ids);
      case Committed(String transaction) -> committed.add(transaction);
      case Aborted(String transaction) -> aborted.add(transaction);
      case Read read -> read(read);
      case ReadAll(List<Read> all) -> {
        all.forEach(this::read);
        last = all;
        wasReadToTheEnd = true;
      }
      case Ends(int partition, long lastStable, long highWatermark) -> {
        if (lastStable < highWatermark) {
          broken(
              Rule.LAST_STABLE_OFFSET_MOVES_ON,
              "partition %d ends at %d, and at %d for readers of what is committed"
                  .formatted(partition, highWatermark, lastStable));
        }
      }
    }
  }

  private void read(Read read) {
    reads.add(read);
    Copy before = bound.putIfAbsent(place(read), read.copy());
    if (before != null && !before.equals(read.copy())) {
      broken(
          Rule.AN_OFFSET_KEEPS_ITS_RECORD,
          "%s held %s, and now %s".formatted(place(read), before, read.copy()));
    }
  }

  private static String place(Read read) {
    return "partition " + read.partition() + " offset " + read.offset();
  }

  private void conclude() {
    if (!wasReadToTheEnd) {
      broken(Rule.READ_ONCE_READ_ALWAYS, "Nobody has read all of it");
      return;
    }
    checkThatNothingAbortedWasRead();
    checkThatNothingVanished();
    checkThatTransactionsAreWhole();
    checkThatInputIsOutput();
  }

  /// A reader that was there earlier counts, too.
  private void checkThatNothingAbortedWasRead() {
    Set<String> told = new HashSet<>();
    for (Read read : reads) {
      String transaction = read.copy().transaction();
      if (!ending.containsKey(transaction) && told.add(transaction)) {
        broken(
            Rule.NO_ABORTED_READ,
            "%s is of %s, whose end nobody asked for".formatted(place(read), transaction));
      }
      if (aborted.contains(transaction) && told.add(transaction)) {
        broken(
            Rule.NO_ABORTED_READ,
            "%s is of %s, which was aborted".formatted(place(read), transaction));
      }
    }
  }

  private void checkThatNothingVanished() {
    Set<String> there = new HashSet<>();
    last.forEach(read -> there.add(place(read)));
    for (Read read : reads) {
      if (!there.contains(place(read))) {
        broken(
            Rule.READ_ONCE_READ_ALWAYS,
            "%s held %s for a reader, and is not there at the end"
                .formatted(place(read), read.copy()));
        return;
      }
    }
  }

  private void checkThatTransactionsAreWhole() {
    Map<String, BitSet> found = new HashMap<>();
    Map<String, Integer> wanted = new HashMap<>();
    for (Read read : last) {
      Copy copy = read.copy();
      wanted.put(copy.transaction(), copy.count());
      BitSet indexes = found.computeIfAbsent(copy.transaction(), unseen -> new BitSet());
      if (indexes.get(copy.index())) {
        broken(Rule.ONCE_ONLY, "%s stands there twice".formatted(copy));
      }
      indexes.set(copy.index());
    }
    found.forEach(
        (transaction, indexes) -> {
          if (indexes.cardinality() != wanted.get(transaction)) {
            broken(
                Rule.NO_TORN_TRANSACTION,
                "of %d records of %s only %s are there"
                    .formatted(wanted.get(transaction), transaction, indexes));
          }
        });
    for (String transaction : committed) {
      if (!found.containsKey(transaction)) {
        broken(
            Rule.ACKNOWLEDGED_IS_THERE,
            "%s was committed, and nothing of it is there".formatted(transaction));
      }
    }
  }

  private void checkThatInputIsOutput() {
    Map<Integer, Copy> copies = new HashMap<>();
    for (Read read : last) {
      Copy copy = read.copy();
      if (copy.id() < 0 || copy.id() >= inputs) {
        broken(Rule.NOTHING_FOREIGN, "%s copies what was never there".formatted(copy));
      }
      Copy before = copies.putIfAbsent(copy.id(), copy);
      if (before != null) {
        broken(
            Rule.INPUT_IS_OUTPUT,
            "input %d was copied by %s and by %s".formatted(copy.id(), before, copy));
      }
    }
    for (int id = 0; id < inputs; id++) {
      if (!copies.containsKey(id)) {
        broken(Rule.INPUT_IS_OUTPUT, "input %d was never copied".formatted(id));
        return;
      }
    }
  }

  private void broken(Rule rule, String what) {
    violations.add(new Violation(rule, what));
  }
}
