package dev.daybook.eventlog.time;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualSchedulerTest {
  private final ManualClock clock = new ManualClock();
  private final ManualScheduler scheduler = new ManualScheduler(clock);
  private final List<String> ran = new ArrayList<>();
  private final long startNs = clock.monotonicNs();

  @Test
  void runsTasksInTheOrderTheyAreDueAtTheirOwnMoment() {
    scheduler.after(Duration.ofMillis(20), () -> note("late"));
    scheduler.after(Duration.ofMillis(10), () -> note("early"));
    scheduler.after(Duration.ofMillis(10), () -> note("early too"));
    scheduler.advance(Duration.ofMillis(15));
    assertEquals(List.of("early at 10", "early too at 10"), ran);
    scheduler.advance(Duration.ofMillis(15));
    assertEquals(List.of("early at 10", "early too at 10", "late at 20"), ran);
  }

  @Test
  void repeatsATaskUntilItIsCancelled() {
    Scheduler.Scheduled repeated = scheduler.every(Duration.ofMillis(10), () -> note("tick"));
    scheduler.advance(Duration.ofMillis(25));
    repeated.cancel();
    scheduler.advance(Duration.ofMillis(100));
    assertEquals(List.of("tick at 10", "tick at 20"), ran);
  }

  @Test
  void runsWhatATaskSchedulesWhenItFallsDueOnTheWay() {
    scheduler.after(
        Duration.ofMillis(10), () -> scheduler.after(Duration.ofMillis(10), () -> note("second")));
    scheduler.advance(Duration.ofMillis(30));
    assertEquals(List.of("second at 20"), ran);
  }

  @Test
  void dropsWhatWaitsWhenClosed() {
    scheduler.after(Duration.ofMillis(10), () -> note("never"));
    scheduler.close();
    scheduler.advance(Duration.ofMillis(30));
    assertEquals(List.of(), ran);
  }

  private void note(String name) {
    ran.add(name + " at " + (clock.monotonicNs() - startNs) / 1_000_000);
  }
}
