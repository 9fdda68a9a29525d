package dev.daybook.eventlog.partition;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// Looks at answers when they come. A future keeps what its listener throws to itself, so what a look finds wrong is kept
/// here until somebody asks.
final class Answers {
  private final List<Throwable> wrong = new ArrayList<>();

  <T> void look(CompletableFuture<T> answer, Consumer<T> look) {
    CompletableFuture<Void> looked = answer.thenAccept(look);
    looked.exceptionally(
        failure -> {
          wrong.add(failure);
          return null;
        });
  }

  /// @throws AssertionError when an answer was not as it must be
  void check() {
    if (!wrong.isEmpty()) {
      throw new AssertionError("An answer was wrong", wrong.getFirst());
    }
  }
}
