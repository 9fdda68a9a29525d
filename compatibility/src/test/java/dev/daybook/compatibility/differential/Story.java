package dev.daybook.compatibility.differential;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// What stock clients were told on one side, a line each: a value, or the name of the exception.
final class Story implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 240;
  private static final long READ_SECONDS = 60;
  private static final long BETWEEN_LOOKS_MS = 50;
  private static final long SLOW_MS = 5_000;

  private final Side side;
  private final Admin admin;
  private final ObjectNode told = JsonNodeFactory.instance.objectNode();
  private final List<AutoCloseable> open = new ArrayList<>();

  Story(Side side) {
    this.side = side;
    this.admin = Admin.create(Map.of("bootstrap.servers", side.bootstrap()));
    open.add(admin);
  }

  Admin admin() {
    return admin;
  }

  ObjectNode told() {
    return told;
  }

  /// Notes what came of it; a future is waited for.
  void tell(String what, Callable<?> deed) {
    String line = "%02d %s".formatted(told.size() + 1, what);
    long begunNs = System.nanoTime();
    note(line, deed);
    long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNs);
    if (ms > SLOW_MS) {
      System.out.println(side.name() + " took " + ms + " ms: " + line + " " + told.get(line));
    }
  }

  private void note(String line, Callable<?> deed) {
    try {
      Object result = deed.call();
      if (result instanceof Future<?> future) {
        result = future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } else if (result instanceof KafkaFuture<?> future) {
        result = future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
      told.put(
          line, result instanceof RecordMetadata sent ? "offset " + sent.offset() : "" + result);
    } catch (ExecutionException e) {
      told.put(line, e.getCause().getClass().getSimpleName());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      told.put(line, e.getClass().getSimpleName());
    }
  }

  /// A deed whose outcome says nothing.
  interface Deed {
    void act() throws Exception;
  }

  void act(String what, Deed deed) {
    tell(
        what,
        () -> {
          deed.act();
          return "done";
        });
  }

  /// Waits, on either side, until a look shows this; what is seen last is told.
  void await(String what, String wanted, Callable<?> look) {
    tell(
        what,
        () -> {
          String seen = "";
          long started = System.nanoTime();
          while (System.nanoTime() - started < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS / 2)) {
            try {
              seen = "" + look.call();
            } catch (ExecutionException e) {
              seen = e.getCause().getClass().getSimpleName();
            }
            if (seen.equals(wanted)) {
              break;
            }
            Thread.sleep(BETWEEN_LOOKS_MS);
          }
          return seen;
        });
  }

  KafkaProducer<String, String> producer(Map<String, Object> more) {
    Map<String, Object> config = config(more);
    config.putIfAbsent("delivery.timeout.ms", "20000");
    config.putIfAbsent("request.timeout.ms", "10000");
    KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    open.add(() -> producer.close(Duration.ZERO));
    return producer;
  }

  KafkaConsumer<String, String> consumer(Map<String, Object> more) {
    Map<String, Object> config = config(more);
    config.putIfAbsent("auto.offset.reset", "earliest");
    config.putIfAbsent("enable.auto.commit", "false");
    KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    open.add(() -> consumer.close());
    return consumer;
  }

  private Map<String, Object> config(Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("bootstrap.servers", side.bootstrap());
    return config;
  }

  static ProducerRecord<String, String> record(String topic, String key, String value) {
    return new ProducerRecord<>(topic, 0, 1_700_000_000_000L, key, value);
  }

  /// Polls until so many records came, or nothing more comes.
  static List<String> read(KafkaConsumer<String, String> consumer, int records) {
    List<String> found = new ArrayList<>();
    long started = System.nanoTime();
    while (found.size() < records
        && System.nanoTime() - started < TimeUnit.SECONDS.toNanos(READ_SECONDS)) {
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
        found.add(record.offset() + "=" + record.value());
      }
    }
    return found;
  }

  @Override
  public void close() {
    for (AutoCloseable one : open.reversed()) {
      try {
        one.close();
      } catch (Exception e) {
        // What a client says at its end is no part of the story.
      }
    }
  }
}
