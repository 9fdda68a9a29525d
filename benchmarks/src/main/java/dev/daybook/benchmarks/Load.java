package dev.daybook.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What one of our generators moved.
record Load(long bytes, double seconds, Latencies latencies) {

  /// Runs one generator per connection, each on a thread of its own, and adds up what they moved.
  static Load together(List<? extends Callable<Load>> generators)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    long bytes = 0;
    Latencies latencies = new Latencies();
    try (ExecutorService threads = Executors.newFixedThreadPool(generators.size())) {
      List<Future<Load>> running = new ArrayList<>();
      generators.forEach(generator -> running.add(threads.submit(generator)));
      for (Future<Load> one : running) {
        bytes += one.get().bytes();
        latencies.addAll(one.get().latencies());
      }
    } catch (ExecutionException e) {
      throw new IOException("A generator failed: " + e.getCause(), e);
    }
    return new Load(bytes, (System.nanoTime() - begun) / 1e9, latencies);
  }

  /// As the outcome of a turn that cost the broker this much.
  Outcome outcome(Cost cost) {
    return Outcome.alone(
        bytes / seconds,
        latencies.count() / seconds,
        latencies.percentileMs(0.5),
        latencies.percentileMs(0.99),
        (double) bytes,
        latencies.count(),
        cost);
  }
}
