package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.daybook.eventlog.transaction.TransactionFault;
import java.util.List;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// What clients make of a coordinator's refusals.
class TransactionErrorsTest {
  @Test
  void whoComesWhileTransactionsAreBeingLoadedTriesAgain() {
    assertEquals(
        Errors.COORDINATOR_LOAD_IN_PROGRESS, TransactionErrors.of(TransactionFault.LOADING));
    for (TransactionFault passing :
        List.of(
            TransactionFault.LOADING,
            TransactionFault.NOT_AVAILABLE,
            TransactionFault.CONCURRENT)) {
      assertInstanceOf(
          RetriableException.class, TransactionErrors.of(passing).exception(), passing.name());
    }
  }

  @Test
  void aFencedProducerIsToldSoInTheWordsOfItsVersion() {
    assertEquals(Errors.PRODUCER_FENCED, TransactionErrors.of(TransactionFault.FENCED, true));
    assertEquals(
        Errors.INVALID_PRODUCER_EPOCH, TransactionErrors.of(TransactionFault.FENCED, false));
    assertEquals(
        Errors.INVALID_TXN_STATE, TransactionErrors.of(TransactionFault.INVALID_STATE, false));
  }
}
