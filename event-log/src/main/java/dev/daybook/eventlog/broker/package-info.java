/// Vert.x: sockets in, one handler per API, replies in order.
///
/// The way of a request: [FrameReader] cuts the bytes of a socket into frames, paid for from [RequestMemory], those of
/// batches outside the heap in memory of [FramePool]; [Connection] decodes them and starts the [Handler] of their API, at once or when its turn comes;
/// [ResponseOrderer] brings the replies back into the order of the requests; [ResponseWriter] puts them on the
/// wire. All of that is done by the event loop of the connection, which never waits: what reads files runs on the
/// log's readers, what opens batches on its preparers.
///
/// Reading order: [Broker], [Connection], [ProduceHandler], [FetchHandler], [FetchPoll], then the small handlers.
@NullMarked
package dev.daybook.eventlog.broker;

import org.jspecify.annotations.NullMarked;
