package dev.daybook.eventlog.broker;

import java.util.concurrent.CompletableFuture;

/// Answers the requests of one API. Called on the event loop of the connection, so it never waits; the future
/// may complete on any thread. What the client did wrong is an answer; an exception is a bug, and the client gets
/// UNKNOWN_SERVER_ERROR.
@FunctionalInterface
interface Handler {
  CompletableFuture<Reply> handle(Call call);
}
