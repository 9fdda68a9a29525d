package dev.daybook.auditui.support;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Opens a scene with something in it and keeps it open, to look at the page while working on it.
public final class Preview {
  private Preview() {}

  public static void main(String[] arguments) throws InterruptedException {
    try (var scene = Scene.open()) {
      var orders = new Orders(scene.registry);
      scene.createTopic(Orders.TOPIC, 3);
      scene.sendAll(orders.story(60));
      scene.send(orders.insert(Orders.remarkable()));
      scene.createTopic("payments", 1);
      scene.sendAll(
          IntStream.range(0, 40)
              .mapToObj(
                  i ->
                      new ProducerRecord<>(
                          "payments",
                          null,
                          bytes("payment-" + (1000 + i)),
                          bytes(
                              "{\"order\":%d,\"amount\":%d.%02d,\"currency\":\"EUR\",\"tags\":[\"card\",\"eu\"]}"
                                  .formatted(4711 + i, 19 + i, i % 100))))
              .toList());
      Hostile.produce(scene);
      System.out.println("page " + scene.url());
      while (true) {
        scene.sendAll(orders.story(1));
        Thread.sleep(400);
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
