package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.protocol.BadFrameException;
import dev.daybook.eventlog.protocol.Request;
import dev.daybook.eventlog.protocol.RequestDecoder;
import dev.daybook.eventlog.protocol.Response;
import dev.daybook.eventlog.protocol.ResponseEncoder;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's connection. Owner: its event loop; only [#onLoop] may be called from elsewhere.
///
/// Requests take effect in the order in which they came, as with Apache Kafka, which serves one request of a
/// connection at a time. Produce requests, and only these, start while others of their kind are under way: their
/// order is kept by [AppendOrder], and waiting for each force would make a lone producer slow.
final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final int MAX_REQUESTS = 64;
  private static final long MAX_UNSENT_BYTES = 1 << 20;

  /// What an array element of a decoded message costs, roughly.
  private static final long ELEMENT_BYTES = 96;

  private final ChannelHandlerContext context;
  private final Broker broker;
  private final FrameReader reader;
  private final ResponseWriter writer;
  private final ResponseOrderer orderer;
  private final AppendOrder appendOrder = new AppendOrder();
  private final Deque<Frame> frames = new ArrayDeque<>();
  private final ScheduledFuture<?> watch;
  private @Nullable ApiKeys underWay;
  private Runnable interrupt = () -> {};
  private long lastHeardNs = System.nanoTime();
  private long lastSentNs = System.nanoTime();
  private boolean spoken;
  private boolean starting;
  private boolean draining;
  private boolean closed;

  Connection(ChannelHandlerContext context, Broker broker) {
    this.context = context;
    this.broker = broker;
    this.reader = new FrameReader(this, broker.memory(), broker.framePool(), broker.config());
    this.writer = new ResponseWriter(context, broker, this);
    this.orderer = new ResponseOrderer(writer::write);
    long tickMs = Math.max(10, broker.config().frameTimeout().toMillis() / 8);
    this.watch =
        context
            .executor()
            .scheduleWithFixedDelay(this::watchTimes, tickMs, tickMs, TimeUnit.MILLISECONDS);
  }

  FrameReader reader() {
    return reader;
  }

  AppendOrder appendOrder() {
    return appendOrder;
  }

  InetAddress clientAddress() {
    return context.channel().remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress()
        : InetAddress.getLoopbackAddress();
  }

  /// Runs a task on the event loop: now, if that is where we are.
  void onLoop(Runnable task) {
    if (context.executor().inEventLoop()) {
      task.run();
    } else {
      context.executor().execute(task);
    }
  }

  /// Runs a task on the event loop, never at once.
  void later(Runnable task) {
    context.executor().execute(task);
  }

  /// Runs a task on the event loop after some time, unless what this returns is run before.
  Runnable after(long delayMs, Runnable task) {
    ScheduledFuture<?> timer = context.executor().schedule(task, delayMs, TimeUnit.MILLISECONDS);
    return () -> timer.cancel(false);
  }

  /// What to run when the client goes away, or the server stops, while the request under way waits for something
  /// that may take long. For requests that are served one at a time.
  void onInterrupt(Runnable task) {
    interrupt = task;
  }

  /// Whether another frame should be read.
  boolean wantsFrames() {
    return !closed
        && !draining
        && frames.size() + orderer.waiting() < MAX_REQUESTS
        && writer.unsentBytes() <= MAX_UNSENT_BYTES;
  }

  void pauseReading(boolean pause) {
    if (!closed && context.channel().config().isAutoRead() == pause) {
      context.channel().config().setAutoRead(!pause);
    }
  }

  /// The client has sent something.
  void heard() {
    lastHeardNs = System.nanoTime();
  }

  /// The client has taken something.
  void sent() {
    lastSentNs = System.nanoTime();
    goOn();
  }

  /// Takes a whole frame.
  void frame(Frame frame) {
    spoken = true;
    frames.add(frame);
    startWhatMay();
  }

  /// Closes the connection because of what the client did.
  void hangUp(String reason) {
    if (!closed) {
      broker.refusals().closed(context.channel().remoteAddress(), reason);
      close();
    }
  }

  void close() {
    closed();
    var _ = context.close();
  }

  /// Answers what is under way, then closes. Nothing more is read.
  void drain() {
    draining = true;
    dropFrames();
    interrupt.run();
    closeWhenDrained();
  }

  /// The socket is gone.
  void closed() {
    if (closed) {
      return;
    }
    closed = true;
    watch.cancel(false);
    reader.close();
    dropFrames();
    interrupt.run();
    orderer.close();
    writer.close();
    broker.forget(this);
  }

  private void dropFrames() {
    frames.forEach(this::drop);
    frames.clear();
  }

  private void drop(Frame frame) {
    broker.memory().of(frame.sizeBytes()).giveBack(frame.sizeBytes());
    frame.lease().release();
  }

  private void startWhatMay() {
    if (starting) {
      return;
    }
    starting = true;
    while (!closed && !frames.isEmpty() && mayStart(frames.element())) {
      start(frames.remove());
    }
    starting = false;
  }

  private boolean mayStart(Frame frame) {
    boolean produce = RequestDecoder.apiKey(frame.bytes()) == ApiKeys.PRODUCE.id;
    return writer.unsentBytes() <= MAX_UNSENT_BYTES
        && (orderer.waiting() == 0 || (produce && underWay == ApiKeys.PRODUCE));
  }

  private void start(Frame frame) {
    MemoryBudget memory = broker.memory().of(frame.sizeBytes());
    Request request;
    try {
      request = RequestDecoder.decode(frame.bytes());
    } catch (BadFrameException e) {
      drop(frame);
      hangUp(String.valueOf(e.getMessage()));
      return;
    }
    long extra = request.elements() * ELEMENT_BYTES;
    memory.charge(extra);
    underWay = request.api();
    ResponseOrderer.Place place = orderer.enter();
    var _ =
        broker
            .handle(new Call(request, frame.lease(), this))
            .whenComplete(
                (reply, failure) -> {
                  memory.giveBack(extra);
                  drop(frame);
                  onLoop(() -> answered(request, place, reply, failure));
                });
  }

  private void answered(
      Request request,
      ResponseOrderer.Place place,
      @Nullable Reply reply,
      @Nullable Throwable failure) {
    interrupt = () -> {};
    heard();
    Reply sure = reply != null ? reply : failed(request, failure);
    switch (sure) {
      case Reply.Answer(var message) -> answer(request, place, message);
      case Reply.Silence() -> orderer.fill(place, Optional.empty());
      case Reply.HangUp(String reason) -> hangUp(reason);
    }
    goOn();
  }

  private void answer(Request request, ResponseOrderer.Place place, ApiMessage message) {
    try {
      fill(place, ResponseEncoder.encode(request, message));
    } catch (RuntimeException e) {
      // A field that this version of the response cannot carry: a bug, and nothing that could be
      // sent instead.
      LOG.error("no response api={} version={}", request.api(), request.version(), e);
      close();
    }
  }

  private void fill(ResponseOrderer.Place place, Response response) {
    if (closed) {
      response.close();
    } else {
      orderer.fill(place, Optional.of(response));
    }
  }

  /// A handler threw: a bug, or a log that is broken. The client is told what it can be told.
  private Reply failed(Request request, @Nullable Throwable failure) {
    LOG.error("request failed api={} version={}", request.api(), request.version(), failure);
    return ErrorReply.to(request);
  }

  private void goOn() {
    if (closed) {
      return;
    }
    startWhatMay();
    reader.readOn();
    closeWhenDrained();
  }

  private void closeWhenDrained() {
    if (draining && !closed && orderer.waiting() == 0 && writer.unsentBytes() == 0) {
      close();
    }
  }

  private void watchTimes() {
    long now = System.nanoTime();
    long frameNs = broker.config().frameTimeout().toNanos();
    boolean idle = orderer.waiting() == 0 && frames.isEmpty() && writer.unsentBytes() == 0;
    if (writer.unsentBytes() == 0) {
      lastSentNs = now;
    }
    if (now - lastSentNs > frameNs) {
      hangUp("the client takes nothing of its responses");
    } else if (idle && !spoken && now - lastHeardNs > frameNs) {
      hangUp("no request came");
    } else if (reader.owedSinceNs().isPresent()
        && now - reader.owedSinceNs().getAsLong() > frameNs) {
      hangUp("a request did not arrive whole in time");
    } else if (idle && now - lastHeardNs > broker.config().idleTimeout().toNanos()) {
      close();
    }
  }
}
