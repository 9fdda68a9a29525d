package dev.daybook.connect.worker;

import dev.daybook.connect.config.ConnectorSettings;
import dev.daybook.connect.config.Redactor;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out what may fail on a record, as the connector's `errors.*` settings say: retriable failures are tried again
/// with growing waits, what still fails is reported and skipped under `errors.tolerance=all`, else it fails the task.
final class ErrorHandling {

  private static final Logger LOG = LoggerFactory.getLogger(ErrorHandling.class);
  private static final long FIRST_DELAY_MS = 300;

  private final TaskId id;
  private final ConnectorSettings settings;
  private final TaskControl control;
  private final Redactor redactor;
  private final @Nullable DeadLetterQueue deadLetters;

  ErrorHandling(
      TaskId id,
      ConnectorSettings settings,
      TaskControl control,
      Redactor redactor,
      @Nullable DeadLetterQueue deadLetters) {
    this.id = id;
    this.settings = settings;
    this.control = control;
    this.redactor = redactor;
    this.deadLetters = deadLetters;
  }

  <T> Outcome<T> onSource(
      Stage stage, Class<?> by, SourceRecord record, Callable<@Nullable T> operation) {
    return attempt(stage, by, null, record, operation);
  }

  <T> Outcome<T> onSink(
      Stage stage,
      Class<?> by,
      ConsumerRecord<byte[], byte[]> record,
      Callable<@Nullable T> operation) {
    return attempt(stage, by, record, null, operation);
  }

  private <T> Outcome<T> attempt(
      Stage stage,
      Class<?> by,
      @Nullable ConsumerRecord<byte[], byte[]> fromLog,
      @Nullable SourceRecord fromSource,
      Callable<@Nullable T> operation) {
    long startedNs = System.nanoTime();
    for (int attempt = 1; ; attempt++) {
      try {
        return new Outcome.Done<>(operation.call());
      } catch (RetriableException e) {
        if (!retry(attempt, startedNs)) {
          return fail(new Failure(stage, by, e, fromLog, fromSource), e);
        }
      } catch (Exception e) {
        return fail(new Failure(stage, by, e, fromLog, fromSource), e);
      }
    }
  }

  /// Waits for the next try; false if there is none.
  private boolean retry(int attempt, long startedNs) {
    long timeoutMs = settings.retryTimeoutMs();
    long elapsedMs = (System.nanoTime() - startedNs) / 1_000_000;
    if (timeoutMs == 0 || (timeoutMs > 0 && elapsedMs >= timeoutMs)) {
      return false;
    }
    long delayMs = FIRST_DELAY_MS << Math.min(attempt - 1, 20);
    if (delayMs > settings.retryDelayMaxMs()) {
      delayMs =
          ThreadLocalRandom.current()
              .nextLong(settings.retryDelayMaxMs() / 2, settings.retryDelayMaxMs() + 1);
    }
    long leftMs = timeoutMs < 0 ? delayMs : Math.min(delayMs, timeoutMs - elapsedMs);
    try {
      return !control.awaitStop(leftMs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private <T> Outcome<T> fail(Failure failure, Exception cause) {
    boolean tolerated = settings.toleratesAll() && failure.stage().tolerable(cause);
    var _ = report(failure);
    if (tolerated) {
      return new Outcome.Skipped<>();
    }
    throw new ConnectException(
        "Task "
            + id
            + " met a record it cannot process ("
            + failure.stage()
            + " in "
            + failure.by().getName()
            + ", "
            + failure.where()
            + "); errors.tolerance=all would skip such records",
        cause);
  }

  /// Reports a failure that somebody else met, such as a sink task; throws if it is not tolerated.
  CompletableFuture<Void> reportErrant(Failure failure) {
    CompletableFuture<Void> reported = report(failure);
    if (!settings.toleratesAll()) {
      throw new ConnectException(
          "Task "
              + id
              + " reported a record it cannot process ("
              + failure.where()
              + "), and errors.tolerance is none",
          failure.cause());
    }
    return reported;
  }

  private CompletableFuture<Void> report(Failure failure) {
    if (settings.logsErrors()) {
      String where = settings.logsRecords() ? " " + redactor.redact(failure.where()) : "";
      LOG.error(
          "Task {} failed at {} in {}{}: {}",
          id,
          failure.stage(),
          failure.by().getName(),
          where,
          redactor.redact(String.valueOf(failure.cause())));
    }
    return deadLetters != null && failure.fromLog() != null
        ? deadLetters.send(failure)
        : CompletableFuture.completedFuture(null);
  }

  /// Waits until what was reported so far is durable, so that offsets never pass a record that is in neither place.
  void awaitReported() {
    if (deadLetters != null) {
      deadLetters.awaitSent();
    }
  }

  boolean canReport() {
    return deadLetters != null || settings.logsErrors();
  }

  void close() {
    if (deadLetters != null) {
      deadLetters.close();
    }
  }
}
