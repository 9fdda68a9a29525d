package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchMetadata;

/// Fetch: reads batches of some partitions, and waits for them if there are none yet.
///
/// Fetch sessions (KIP-227), which save a client from naming all its partitions again, are declined: every response
/// has session id 0, so every request names them.
final class FetchHandler implements Handler {
  private final EventLog log;
  private final BrokerConfig config;
  private final PinnedBytes pinned;
  private final ColdReader coldReader;

  FetchHandler(EventLog log, BrokerConfig config, PinnedBytes pinned, ColdReader coldReader) {
    this.log = log;
    this.config = config;
    this.pinned = pinned;
    this.coldReader = coldReader;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    FetchRequestData request = call.message(FetchRequestData.class);
    // No session is ever opened; who begins or ends one is answered without.
    if (request.sessionEpoch() != FetchMetadata.INITIAL_EPOCH
        && request.sessionEpoch() != FetchMetadata.FINAL_EPOCH) {
      return Reply.now(
          new FetchResponseData().setErrorCode(Errors.FETCH_SESSION_ID_NOT_FOUND.code()));
    }
    return new FetchPoll(log, call, request, config, pinned, coldReader).start();
  }
}
