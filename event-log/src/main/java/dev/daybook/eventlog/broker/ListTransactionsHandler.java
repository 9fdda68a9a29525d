package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.transaction.Transaction;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionState;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// ListTransactions: the transactional ids that pass some filters.
final class ListTransactionsHandler implements Handler {
  private final TransactionCoordinator transactions;

  ListTransactionsHandler(TransactionCoordinator transactions) {
    this.transactions = transactions;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    ListTransactionsRequestData request = call.message(ListTransactionsRequestData.class);
    if (!transactions.loaded().isDone()) {
      return Reply.now(refused(Errors.COORDINATOR_LOAD_IN_PROGRESS));
    }
    Pattern pattern;
    try {
      pattern = pattern(request.transactionalIdPattern());
    } catch (PatternSyntaxException e) {
      return Reply.now(refused(Errors.INVALID_REGULAR_EXPRESSION));
    }
    return transactions
        .list(filter(request, pattern, Clock.system().wallMs()))
        .thenApply(found -> answer(request, found))
        .exceptionally(Stopping.answer(ListTransactionsHandler::refused))
        .thenApplyAsync(Reply.Answer::new, call.loop());
  }

  private static @Nullable Pattern pattern(@Nullable String given) {
    return given == null || given.isEmpty() ? null : Pattern.compile(given);
  }

  private static Predicate<Transaction> filter(
      ListTransactionsRequestData request, @Nullable Pattern pattern, long nowMs) {
    Set<Long> producers = new HashSet<>(request.producerIdFilters());
    Set<TransactionState> states = EnumSet.noneOf(TransactionState.class);
    request.stateFilters().forEach(name -> TransactionState.named(name).ifPresent(states::add));
    boolean anyState = request.stateFilters().isEmpty();
    long minDurationMs = request.durationFilter();
    return one ->
        (producers.isEmpty() || producers.contains(one.producerId()))
            && (anyState || states.contains(one.state()))
            && (minDurationMs < 0 || nowMs - one.startMs() > minDurationMs)
            && (pattern == null || pattern.matcher(one.id()).matches());
  }

  private static ListTransactionsResponseData answer(
      ListTransactionsRequestData request, List<Transaction> found) {
    return new ListTransactionsResponseData()
        .setUnknownStateFilters(
            request.stateFilters().stream()
                .filter(name -> TransactionState.named(name).isEmpty())
                .toList())
        .setTransactionStates(
            found.stream()
                .map(
                    one ->
                        new ListTransactionsResponseData.TransactionState()
                            .setTransactionalId(one.id())
                            .setProducerId(one.producerId())
                            .setTransactionState(one.state().kafkaName()))
                .toList());
  }

  private static ListTransactionsResponseData refused(Errors error) {
    return new ListTransactionsResponseData().setErrorCode(error.code());
  }
}
