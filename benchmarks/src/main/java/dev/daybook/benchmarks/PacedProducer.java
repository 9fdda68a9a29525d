package dev.daybook.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// Sends requests at a fixed rate, in turn, whether or not the earlier ones are answered. A latency is counted from the
/// moment a request was due, so a broker that stands still is charged for all that it kept waiting.
final class PacedProducer implements Callable<Load> {
  private static final long END = Long.MIN_VALUE;

  private final InetSocketAddress broker;
  private final List<ByteBuffer> frames;
  private final long intervalNs;
  private final long timeNs;
  private final AtomicBoolean stop;

  /// @param frames this producer's own
  /// @param stop ends it before its time
  PacedProducer(
      InetSocketAddress broker,
      List<ByteBuffer> frames,
      int requestsPerSecond,
      double seconds,
      AtomicBoolean stop) {
    this.broker = broker;
    this.frames = frames;
    this.intervalNs = 1_000_000_000L / requestsPerSecond;
    this.timeNs = (long) (seconds * 1e9);
    this.stop = stop;
  }

  @Override
  public Load call() throws IOException, InterruptedException {
    BlockingQueue<Long> dueNs = new LinkedBlockingQueue<>();
    try (WireConnection connection = new WireConnection(broker);
        ExecutorService receiving = Executors.newSingleThreadExecutor()) {
      Future<Load> answers = receiving.submit(() -> receive(connection, dueNs));
      send(connection, dueNs, answers);
      return answers.get();
    } catch (ExecutionException e) {
      throw new IOException("A paced producer failed: " + e.getCause(), e);
    }
  }

  private void send(WireConnection connection, BlockingQueue<Long> dueNs, Future<Load> answers)
      throws IOException {
    try {
      long begun = System.nanoTime();
      for (int number = 0; !stop.get() && !answers.isDone(); number++) {
        long due = begun + number * intervalNs;
        if (due - begun >= timeNs) {
          break;
        }
        while (due > System.nanoTime()) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        dueNs.add(due);
        connection.send(frames.get(number % frames.size()), number);
      }
    } finally {
      dueNs.add(END);
    }
  }

  private Load receive(WireConnection connection, BlockingQueue<Long> dueNs)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Latencies latencies = new Latencies();
    long bytes = 0;
    int answered = 0;
    for (long due = dueNs.take(); due != END; due = dueNs.take()) {
      LeanProducer.check(connection.receive(answered));
      latencies.add(System.nanoTime() - due);
      bytes += frames.get(answered % frames.size()).capacity();
      answered++;
    }
    return new Load(bytes, (System.nanoTime() - begun) / 1e9, latencies);
  }
}
