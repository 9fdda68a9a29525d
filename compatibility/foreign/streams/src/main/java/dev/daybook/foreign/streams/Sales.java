package dev.daybook.foreign.streams;

import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.TimeWindows;

/// Joins orders with the table of customers, and counts and sums them up for each region and minute, exactly once.
///
/// An order is keyed by its number and says `customer,amount`; a customer's record says its region. Both steps change the key,
/// so records go through two repartition topics. What comes out is keyed `region@minute` and says `count,sum`, once for
/// each order: nothing is cached away.
public final class Sales {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration GRACE = Duration.ofDays(1);

  private Sales() {}

  public static void main(String[] arguments) throws InterruptedException {
    KafkaStreams streams =
        new KafkaStreams(topology().build(), settings(arguments[0], arguments[1]));
    CountDownLatch ended = new CountDownLatch(1);
    streams.setUncaughtExceptionHandler(
        failure -> {
          failure.printStackTrace();
          return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
    streams.setStateListener(
        (now, before) -> {
          System.out.println("state " + now);
          if (now == KafkaStreams.State.ERROR) {
            ended.countDown();
          }
        });
    Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(10))));
    streams.start();
    ended.await();
    System.exit(1);
  }

  private static StreamsBuilder topology() {
    StreamsBuilder builder = new StreamsBuilder();
    KTable<String, String> regions = builder.table("customers");
    KStream<String, String> orders = builder.stream("orders");
    orders
        .map((number, order) -> KeyValue.pair(part(order, 0), part(order, 1)))
        .join(regions, (amount, region) -> region + "," + amount)
        .map((customer, sale) -> KeyValue.pair(part(sale, 0), part(sale, 1)))
        .groupByKey()
        .windowedBy(TimeWindows.ofSizeAndGrace(MINUTE, GRACE))
        .aggregate(() -> "0,0", (region, amount, sum) -> add(sum, amount))
        .toStream()
        .map(
            (region, sum) ->
                KeyValue.pair(
                    region.key() + "@" + region.window().start() / MINUTE.toMillis(), sum))
        .to("sales");
    return builder;
  }

  private static String add(String sum, String amount) {
    return Long.parseLong(part(sum, 0))
        + 1
        + ","
        + (Long.parseLong(part(sum, 1)) + Long.parseLong(amount));
  }

  private static String part(String text, int index) {
    return text.split(",")[index];
  }

  private static Properties settings(String bootstrap, String state) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrap);
    settings.put("application.id", "sales");
    settings.put("processing.guarantee", "exactly_once_v2");
    settings.put("state.dir", state);
    settings.put("num.stream.threads", "2");
    settings.put("replication.factor", "1");
    settings.put("statestore.cache.max.bytes", "0");
    settings.put("default.key.serde", Serdes.StringSerde.class.getName());
    settings.put("default.value.serde", Serdes.StringSerde.class.getName());
    settings.put("auto.offset.reset", "earliest");
    settings.put("session.timeout.ms", "6000");
    settings.put("heartbeat.interval.ms", "1000");
    return settings;
  }
}
