package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private final List<String> granted = new ArrayList<>();
  private final MemoryBudget budget = new MemoryBudget(100);

  @Test
  void whoComesWhenItIsUsedUpIsServedInLine() {
    assertTrue(budget.take(80, () -> granted.add("never")));
    assertFalse(budget.take(50, () -> granted.add("large")));
    assertFalse(budget.take(10, () -> granted.add("small")));

    budget.giveBack(20);
    assertEquals(List.of(), granted);

    budget.giveBack(20);
    assertEquals(List.of("large", "small"), granted);
    assertEquals(0, budget.freeBytes());
  }

  @Test
  void whatIsChargedBeyondTheBudgetMustComeBackFirst() {
    budget.charge(150);
    assertFalse(budget.take(10, () -> granted.add("later")));

    budget.giveBack(50);
    assertEquals(List.of(), granted);
    budget.giveBack(50);
    assertEquals(List.of("later"), granted);
  }

  @Test
  void nobodyIsForgottenWhenManyTakeAndGiveAtOnce() throws InterruptedException {
    int threads = 8;
    int rounds = 20_000;
    CountDownLatch done = new CountDownLatch(threads * rounds);
    for (int t = 0; t < threads; t++) {
      Thread.ofPlatform().daemon().start(() -> takeAndGive(rounds, done));
    }

    assertTrue(done.await(120, TimeUnit.SECONDS), () -> done.getCount() + " left");
    assertEquals(100, budget.freeBytes());
  }

  private void takeAndGive(int rounds, CountDownLatch done) {
    for (int i = 0; i < rounds; i++) {
      int bytes = ThreadLocalRandom.current().nextInt(1, 60);
      Runnable giveBack =
          () -> {
            budget.giveBack(bytes);
            done.countDown();
          };
      if (budget.take(bytes, giveBack)) {
        giveBack.run();
      }
    }
  }
}
