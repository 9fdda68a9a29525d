package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.protocol.BadFrameException;
import dev.daybook.eventlog.protocol.Request;
import dev.daybook.eventlog.protocol.RequestDecoder;
import dev.daybook.eventlog.protocol.Response;
import dev.daybook.eventlog.protocol.ResponseEncoder;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
///
/// What a client can make us keep is bounded, and beyond it the socket is not read: requests that wait or are under
/// way, their bytes ([RequestMemory]), and answers it has not taken ([ResponseMemory]). Who lets us wait is hung up on
/// ([#watchTimes]).
final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final int MAX_REQUESTS = 64;
  private static final long MAX_UNSENT_BYTES = 1 << 20;

  /// What an array element of a decoded message costs, roughly.
  static final long ELEMENT_BYTES = 160;

  /// A request that holds less may wait for something while others are short of memory.
  private static final long SMALL_BYTES = 16 << 10;

  /// How long a client may take nothing while others are short of memory.
  private static final long SHORT_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);

  private final ChannelHandlerContext context;
  private final InetAddress clientAddress;
  private final Broker broker;
  private final FrameReader reader;
  private final ResponseWriter writer;
  private final ResponseOrderer orderer;
  private final AppendOrder appendOrder = new AppendOrder();
  private final Deque<Frame> frames = new ArrayDeque<>();
  private final AtomicLong frameBytes = new AtomicLong();
  private @Nullable ApiKeys underWay;
  private @Nullable RequestHold hold;
  private Runnable interrupt = () -> {};
  private long lastHeardNs = System.nanoTime();
  private long lastSentNs = System.nanoTime();
  private boolean spoken;
  private boolean starting;
  private boolean waitingForMemory;
  private boolean draining;
  private boolean closed;

  Connection(ChannelHandlerContext context, Broker broker) {
    this.context = context;
    this.clientAddress = addressOf(context);
    this.broker = broker;
    this.reader = new FrameReader(this, broker.memory(), broker.framePool(), broker.config());
    this.writer = new ResponseWriter(context, broker, this);
    this.orderer = new ResponseOrderer(writer::write);
  }

  FrameReader reader() {
    return reader;
  }

  AppendOrder appendOrder() {
    return appendOrder;
  }

  EventExecutor loop() {
    return context.executor();
  }

  InetAddress clientAddress() {
    return clientAddress;
  }

  static InetAddress addressOf(ChannelHandlerContext context) {
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
        && frameBytes.get() < broker.memory().shareOfAConnection()
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
    frameBytes.addAndGet(frame.sizeBytes());
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
    new RequestHold(broker.memory().of(frame.sizeBytes()), frameBytes, frame, 0).release();
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
    long unsentMost = broker.responses().isShort() ? 0 : MAX_UNSENT_BYTES;
    return writer.unsentBytes() <= unsentMost
        && (orderer.waiting() == 0 || (produce && underWay == ApiKeys.PRODUCE))
        && isPaidFor(broker.memory().of(frame.sizeBytes()));
  }

  /// What a message takes beside its frame is known when it is decoded, so nothing is decoded while there is nothing
  /// left to pay for it.
  private boolean isPaidFor(MemoryBudget memory) {
    if (memory.isOverdrawn() && !waitingForMemory) {
      waitingForMemory = true;
      memory.whenNotOverdrawn(
          () ->
              later(
                  () -> {
                    waitingForMemory = false;
                    goOn();
                  }));
    }
    return !memory.isOverdrawn();
  }

  private void start(Frame frame) {
    Request request;
    try {
      request = RequestDecoder.decode(frame.bytes());
    } catch (BadFrameException e) {
      drop(frame);
      hangUp(String.valueOf(e.getMessage()));
      return;
    }
    MemoryBudget memory = broker.memory().of(frame.sizeBytes());
    RequestHold held =
        new RequestHold(memory, frameBytes, frame, request.elements() * ELEMENT_BYTES);
    hold = held;
    underWay = request.api();
    ResponseOrderer.Place place = orderer.enter();
    var _ =
        broker
            .handle(new Call(request, frame.lease(), this, held))
            .whenComplete(
                (reply, failure) -> {
                  held.release();
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
    } else if (!broker.responses().bears(response.encodedBytes())) {
      response.close();
      hangUp("its answer is large, and other clients do not take theirs; it may ask again");
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

  /// Hangs up when the client has let us wait for too long. The [Watch] calls it every now and then.
  void watchTimes(long now) {
    writer.rest(now);
    // What still has to come from the disk is not for the client to take.
    if (writer.inSocketBytes() == 0) {
      lastSentNs = now;
    }
    long arrivalNs = broker.config().connections().arrivalTimeout().toNanos();
    long silentNs = now - lastHeardNs;
    boolean idle = orderer.waiting() == 0 && frames.isEmpty() && writer.unsentBytes() == 0;
    if (now - lastSentNs > arrivalNs) {
      hangUp("the client takes nothing of its responses");
    } else if (now - lastSentNs > SHORT_PATIENCE_NS && broker.responses().isShort()) {
      hangUp("the client takes nothing of its responses, and others need the memory");
    } else if (idle && !spoken && silentNs > arrivalNs) {
      hangUp("no request came");
    } else if (owedForNs(now) > arrivalNs) {
      hangUp("a request did not arrive whole in time");
    } else if (reader.holdsUpOthers(now)) {
      hangUp("a request arrives slowly, and others need its memory");
    } else if (idle && silentNs > broker.config().connections().idleTimeout().toNanos()) {
      close();
    } else {
      hurry(silentNs);
    }
  }

  private long owedForNs(long now) {
    return reader.owedSinceNs().isPresent() ? now - reader.owedSinceNs().getAsLong() : 0;
  }

  /// Nobody waits for new records at the cost of those who want to ask something.
  private void hurry(long silentNs) {
    if (hold != null
        && broker.memory().isShort()
        && (hold.heldBytes() > SMALL_BYTES || silentNs > SHORT_PATIENCE_NS)) {
      interrupt.run();
    }
  }
}
