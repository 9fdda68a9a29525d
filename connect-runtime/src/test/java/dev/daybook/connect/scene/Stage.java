package dev.daybook.connect.scene;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import org.apache.kafka.connect.sink.SinkRecord;

/// Where a test and the connectors it runs meet: by the connector's name. A test queues what the source shall give and what
/// shall go wrong; the connectors note every call with the thread it came on.
public final class Stage {

  private static final Map<String, Stage> STAGES = new ConcurrentHashMap<>();

  /// A call the runtime made, such as `start`, and the thread.
  public record Call(String what, Thread thread) {}

  /// Something to happen inside a call.
  public interface Act {
    void now() throws Exception;
  }

  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Map<String, Queue<Act>> acts = new ConcurrentHashMap<>();
  private final List<List<SinkRecord>> puts = new CopyOnWriteArrayList<>();
  private final LinkedBlockingDeque<List<String>> toGive = new LinkedBlockingDeque<>();

  public static Stage of(String connector) {
    return STAGES.computeIfAbsent(connector, name -> new Stage());
  }

  /// The next time `call` is made, this happens in it.
  public Stage on(String call, Act act) {
    acts.computeIfAbsent(call, key -> new ConcurrentLinkedQueue<>()).add(act);
    return this;
  }

  public Stage failOn(String call, RuntimeException failure) {
    return on(
        call,
        () -> {
          throw failure;
        });
  }

  /// Notes a call and lets happen what was planned for it.
  public void called(String call) {
    calls.add(new Call(call, Thread.currentThread()));
    Queue<Act> planned = acts.get(call);
    Act act = planned == null ? null : planned.poll();
    if (act == null) {
      return;
    }
    try {
      act.now();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public List<String> calls() {
    return calls.stream().map(Call::what).toList();
  }

  public List<Thread> threadsOf(String call) {
    return calls.stream()
        .filter(one -> one.what().equals(call))
        .map(Call::thread)
        .distinct()
        .toList();
  }

  public long count(String call) {
    return calls.stream().filter(one -> one.what().equals(call)).count();
  }

  /// Lets the source give these values at its next poll.
  public void give(String... values) {
    toGive.add(List.of(values));
  }

  LinkedBlockingDeque<List<String>> toGive() {
    return toGive;
  }

  void put(List<SinkRecord> batch) {
    if (!batch.isEmpty()) {
      puts.add(batch);
    }
  }

  /// The batches that a sink's put took, failed ones included.
  public List<List<String>> puts() {
    return puts.stream()
        .map(batch -> batch.stream().map(record -> String.valueOf(record.value())).toList())
        .toList();
  }

  public List<SinkRecord> delivered() {
    return puts.stream().flatMap(List::stream).toList();
  }
}
