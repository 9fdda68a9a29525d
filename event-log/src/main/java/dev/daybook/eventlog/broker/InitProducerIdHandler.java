package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.Errors;

/// InitProducerId: an id for an idempotent producer, never given before and never again.
final class InitProducerIdHandler implements Handler {
  static final String NO_TRANSACTIONS =
      "This daybook has no transactions yet; remove transactional.id from the producer";

  private final EventLog log;

  InitProducerIdHandler(EventLog log) {
    this.log = log;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    InitProducerIdRequestData request = call.message(InitProducerIdRequestData.class);
    if (request.transactionalId() != null) {
      return Reply.now(refused());
    }
    return log.newProducerId()
        .thenApplyAsync(
            id ->
                new Reply.Answer(
                    new InitProducerIdResponseData().setProducerId(id).setProducerEpoch((short) 0)),
            call.loop());
  }

  /// The error that every client takes as final. Clients ask for a coordinator first and are told why there.
  private static InitProducerIdResponseData refused() {
    return new InitProducerIdResponseData()
        .setErrorCode(Errors.UNSUPPORTED_VERSION.code())
        .setProducerId(-1)
        .setProducerEpoch((short) -1);
  }
}
