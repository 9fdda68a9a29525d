package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.daybook.eventlog.partition.LogDamagedException;
import dev.daybook.eventlog.partition.LogFullException;
import dev.daybook.eventlog.partition.LogStoppingException;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// What clients hear that may try again.
class StoppingTest {
  @Test
  void whoFindsTheLogStoppingOrFullTriesAgain() {
    assertEquals(Errors.COORDINATOR_LOAD_IN_PROGRESS, told(new LogStoppingException("stopping")));
    assertEquals(Errors.COORDINATOR_LOAD_IN_PROGRESS, told(new LogFullException("full")));
    assertThrows(CompletionException.class, () -> told(new IllegalStateException("a bug")));
  }

  @Test
  void whoFindsTheLogDamagedStops() {
    assertEquals(Errors.UNKNOWN_SERVER_ERROR, told(new LogDamagedException("damaged")));
  }

  private static Errors told(Throwable failure) {
    return Stopping.<Errors>answer(error -> error).apply(new CompletionException(failure));
  }
}
