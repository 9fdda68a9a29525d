package dev.daybook.auditui.log;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// One admin client, opened at the first question so that the page starts at once, and the
/// translation of its failures into refusals a person can act on.
public final class Asking implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 12;

  private final KafkaClients clients;
  private final ReentrantLock opening = new ReentrantLock();
  private @Nullable Admin admin;

  /// A question to the admin client.
  @FunctionalInterface
  interface Question<T> {
    KafkaFuture<T> put(Admin admin);
  }

  public Asking(KafkaClients clients) {
    this.clients = clients;
  }

  <T> T ask(Question<T> question) {
    try {
      return question.put(open()).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw refusal(failed.getCause());
    } catch (TimeoutException late) {
      throw refusal(late);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      throw new Refusal(503, "closing", "The page is closing.", "Ask again when it runs.");
    }
  }

  /// For what a broker may not know: no answer is an answer too.
  <T> Optional<T> tryToAsk(Question<T> question) {
    try {
      return Optional.ofNullable(ask(question));
    } catch (Refusal notTold) {
      return Optional.empty();
    }
  }

  private Admin open() {
    opening.lock();
    try {
      var opened = admin == null ? clients.admin() : admin;
      admin = opened;
      return opened;
    } finally {
      opening.unlock();
    }
  }

  public static Refusal refusal(@Nullable Throwable failure) {
    String said = failure == null ? "" : String.valueOf(failure.getMessage());
    return switch (failure) {
      case UnknownTopicOrPartitionException unknown ->
          new Refusal(
              404, "topic-not-found", "There is no such topic.", "GET /api/topics lists them all.");
      case InvalidTopicException invalid ->
          Refusal.badRequest("That is no topic name: " + said, "GET /api/topics lists them all.");
      case null, default ->
          new Refusal(
              503,
              "log-not-reachable",
              "The log did not answer: " + said,
              "Check that it runs and that the page's bootstrap servers are right.");
    };
  }

  @Override
  public void close() {
    opening.lock();
    try {
      if (admin != null) {
        admin.close();
      }
    } finally {
      opening.unlock();
    }
  }
}
