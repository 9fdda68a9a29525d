package dev.daybook.foreign.spring;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.kafka.core.KafkaTemplate;

/// Places orders, waits until its own listeners have dealt with all of them, and prints `done`.
///
/// Topics are made by Spring's admin. The orders that nobody can read go through the retry topics to the dead letters.
@SpringBootApplication
public class OrderDesk {
  static final String ORDERS = "orders";
  static final String INVOICES = "invoices";
  static final int COUNT = 300;
  static final int UNREADABLE = 3;

  public static void main(String[] arguments) throws Exception {
    try (ConfigurableApplicationContext context =
        SpringApplication.run(OrderDesk.class, arguments)) {
      context.getBean(Clerk.class).awaitEnd();
    }
    System.out.println("done");
  }

  @Bean
  NewTopic orders() {
    return TopicBuilder.name(ORDERS).partitions(3).replicas(1).build();
  }

  @Bean
  NewTopic invoices() {
    return TopicBuilder.name(INVOICES).partitions(3).replicas(1).build();
  }

  @Bean
  CommandLineRunner placeOrders(KafkaTemplate<String, String> template) {
    return arguments -> place(template);
  }

  private static void place(KafkaTemplate<String, String> template)
      throws ExecutionException, InterruptedException {
    for (int i = 0; i < COUNT; i++) {
      template.send(ORDERS, "customer-" + i % 10, Integer.toString(i));
    }
    for (int i = 0; i < UNREADABLE; i++) {
      template.send(ORDERS, "customer-" + i, "unreadable " + i).get();
    }
  }
}
