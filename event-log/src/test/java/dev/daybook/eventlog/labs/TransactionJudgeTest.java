package dev.daybook.eventlog.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.labs.TransactionEvent.Aborted;
import dev.daybook.eventlog.labs.TransactionEvent.Committed;
import dev.daybook.eventlog.labs.TransactionEvent.Copy;
import dev.daybook.eventlog.labs.TransactionEvent.Ending;
import dev.daybook.eventlog.labs.TransactionEvent.Ends;
import dev.daybook.eventlog.labs.TransactionEvent.Read;
import dev.daybook.eventlog.labs.TransactionEvent.ReadAll;
import dev.daybook.eventlog.labs.Violation.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The judge of copying runs acquits a good history, and finds what was made wrong in each of the others.
class TransactionJudgeTest {
  private static final int INPUTS = 4;

  /// Inputs 0 and 1 by `a`, 2 and 3 aborted in `b` and committed in `c`; each over two partitions.
  private static final Read FIRST = new Read(0, 0, new Copy("a", 0, 2, 0));

  private static final Read SECOND = new Read(1, 0, new Copy("a", 1, 2, 1));
  private static final Read ABORTED = new Read(0, 2, new Copy("b", 0, 2, 2));
  private static final Read THIRD = new Read(0, 4, new Copy("c", 0, 2, 2));
  private static final Read FOURTH = new Read(1, 4, new Copy("c", 1, 2, 3));

  private static List<TransactionEvent> history(TransactionEvent... more) {
    List<TransactionEvent> history = new ArrayList<>();
    history.add(new Ending("a", List.of(0, 1)));
    history.add(new Committed("a"));
    history.add(FIRST);
    history.add(new Ending("b", List.of(2, 3)));
    history.add(new Aborted("b"));
    history.add(new Ending("c", List.of(2, 3)));
    history.addAll(List.of(more));
    return history;
  }

  private static List<Rule> judge(List<TransactionEvent> history) {
    return TransactionJudge.judge(INPUTS, history).stream().map(Violation::rule).toList();
  }

  @Test
  void acquitsWhatIsAsItMustBe() {
    List<TransactionEvent> history =
        history(
            new Committed("c"),
            new ReadAll(List.of(FIRST, SECOND, THIRD, FOURTH)),
            new Ends(0, 6, 6));
    assertEquals(List.of(), judge(history));
  }

  @Test
  void acquitsATransactionInDoubtThatIsThere() {
    assertEquals(List.of(), judge(history(new ReadAll(List.of(FIRST, SECOND, THIRD, FOURTH)))));
  }

  @Test
  void missesAnInputThatWasNotCopied() {
    assertEquals(
        List.of(Rule.INPUT_IS_OUTPUT), judge(history(new ReadAll(List.of(FIRST, SECOND)))));
  }

  @Test
  void missesACommittedTransaction() {
    assertEquals(
        List.of(Rule.ACKNOWLEDGED_IS_THERE, Rule.INPUT_IS_OUTPUT),
        judge(history(new Committed("c"), new ReadAll(List.of(FIRST, SECOND)))));
  }

  @Test
  void findsAnInputThatWasCopiedTwice() {
    List<TransactionEvent> history =
        history(
            new Ending("d", List.of(3)),
            new ReadAll(
                List.of(FIRST, SECOND, THIRD, FOURTH, new Read(1, 7, new Copy("d", 0, 1, 3)))));
    assertEquals(List.of(Rule.INPUT_IS_OUTPUT), judge(history));
  }

  @Test
  void findsATornTransaction() {
    assertEquals(
        List.of(Rule.NO_TORN_TRANSACTION, Rule.INPUT_IS_OUTPUT),
        judge(history(new ReadAll(List.of(FIRST, SECOND, THIRD)))));
  }

  @Test
  void findsAnAbortedRecordThatWasReadOnce() {
    assertEquals(
        List.of(Rule.NO_ABORTED_READ, Rule.READ_ONCE_READ_ALWAYS),
        judge(history(ABORTED, new ReadAll(List.of(FIRST, SECOND, THIRD, FOURTH)))));
  }

  @Test
  void findsARecordOfATransactionWhoseEndNobodyAskedFor() {
    List<TransactionEvent> history =
        history(
            new ReadAll(
                List.of(FIRST, SECOND, THIRD, FOURTH, new Read(1, 9, new Copy("e", 0, 1, 3)))));
    assertEquals(List.of(Rule.NO_ABORTED_READ, Rule.INPUT_IS_OUTPUT), judge(history));
  }

  @Test
  void findsAnOffsetThatChangedItsRecord() {
    List<TransactionEvent> history =
        history(
            new Read(1, 4, new Copy("c", 0, 2, 2)),
            new ReadAll(List.of(FIRST, SECOND, THIRD, FOURTH)));
    assertEquals(List.of(Rule.AN_OFFSET_KEEPS_ITS_RECORD), judge(history));
  }

  @Test
  void findsARecordThatIsThereTwice() {
    List<TransactionEvent> history =
        history(
            new ReadAll(
                List.of(FIRST, SECOND, THIRD, FOURTH, new Read(1, 5, new Copy("c", 1, 2, 3)))));
    assertEquals(List.of(Rule.ONCE_ONLY, Rule.INPUT_IS_OUTPUT), judge(history));
  }

  @Test
  void findsALastStableOffsetThatIsStuck() {
    assertEquals(
        List.of(Rule.LAST_STABLE_OFFSET_MOVES_ON),
        judge(history(new ReadAll(List.of(FIRST, SECOND, THIRD, FOURTH)), new Ends(1, 4, 6))));
  }

  @Test
  void findsThatNobodyReadToTheEnd() {
    assertEquals(List.of(Rule.READ_ONCE_READ_ALWAYS), judge(history()));
  }
}
