package dev.daybook.foreign.spring;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.kafka.annotation.BackOff;
import org.springframework.kafka.annotation.DltHandler;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;

/// Writes an invoice for each order, and counts those that come back on paper and those nobody can read.
@Component
public class Clerk {
  private static final long PATIENCE_SECONDS = 240;

  private final KafkaTemplate<String, String> template;
  private final CountDownLatch invoices = new CountDownLatch(OrderDesk.COUNT);
  private final CountDownLatch unreadable = new CountDownLatch(OrderDesk.UNREADABLE);

  Clerk(KafkaTemplate<String, String> template) {
    this.template = template;
  }

  @RetryableTopic(
      attempts = "3",
      backOff = @BackOff(delay = 200),
      numPartitions = "1",
      replicationFactor = "1")
  @KafkaListener(topics = OrderDesk.ORDERS, groupId = "clerks", concurrency = "2")
  public void order(String order) throws Exception {
    int amount = Integer.parseInt(order) * 100;
    template.send(OrderDesk.INVOICES, order, "invoice over " + amount).get();
  }

  @DltHandler
  public void deadLetter(String order) {
    System.out.println("dead letter: " + order);
    unreadable.countDown();
  }

  @KafkaListener(topics = OrderDesk.INVOICES, groupId = "accounting")
  public void invoice(String invoice) {
    invoices.countDown();
  }

  void awaitEnd() throws InterruptedException {
    if (!invoices.await(PATIENCE_SECONDS, TimeUnit.SECONDS)
        || !unreadable.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          invoices.getCount() + " invoices and " + unreadable.getCount() + " dead letters miss");
    }
  }
}
