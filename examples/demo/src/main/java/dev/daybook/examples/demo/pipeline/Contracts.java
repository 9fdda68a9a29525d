package dev.daybook.examples.demo.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daybook.examples.demo.compare.Shape;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// The contract of the orders, and two attempts to break it.
public final class Contracts {
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final String TOPIC = Shape.ORDERS.topic();
  private static final String SUBJECT = TOPIC + "-value";
  private static final int PARTITIONS = 3;

  private final String kafka;
  private final Rest rest;

  public Contracts(ServerProcess server) {
    this.kafka = server.kafka();
    this.rest = new Rest(server.registry());
  }

  /// Makes the topics, each with a contract for keys and values, unless they are there.
  public void makeTopics() throws InterruptedException {
    Map<String, String> contract =
        Map.of("daybook.contract.key", "id", "daybook.contract.value", "id");
    Collection<NewTopic> topics =
        Shape.ALL.stream()
            .map(
                shape ->
                    new NewTopic(shape.topic(), Optional.of(PARTITIONS), Optional.empty())
                        .configs(contract))
            .toList();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
      for (NewTopic topic : topics) {
        make(admin, topic);
      }
    }
  }

  private static void make(Admin admin, NewTopic topic) throws InterruptedException {
    try {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException(
            "The topic " + topic.name() + " can not be made: " + e.getCause(), e);
      }
    }
  }

  /// How many versions the contract has; 0 before the first event.
  public int versions() throws InterruptedException {
    Rest.Reply reply = rest.get("/subjects/" + SUBJECT + "/versions");
    return reply.isGood() ? reply.body().size() : 0;
  }

  /// Somebody wants the quantity to be a text from now on. Nobody who reads the older events as numbers could go on.
  ///
  /// @return what the registry answers
  public String changeQuantityToText() throws InterruptedException {
    JsonNode latest = rest.get("/subjects/" + SUBJECT + "/versions/latest").body();
    String changed = withTextQuantity(latest.path("schema").asText());
    ObjectNode body = Rest.JSON.createObjectNode().put("schema", changed);
    Rest.Reply reply = rest.post("/subjects/" + SUBJECT + "/versions", MEDIA_TYPE, body);
    if (reply.status() != 409) {
      throw new IllegalStateException(
          "The registry should refuse a quantity of text with 409, but answers " + reply);
    }
    // Behind this, the registry tells every incompatibility and both schemas.
    return "409 " + reply.message().split(", details", 2)[0];
  }

  private static String withTextQuantity(String schema) {
    String changed =
        schema.replaceAll("(\\{\"name\":\"quantity\",\"type\":)\"int\"", "$1\"string\"");
    if (changed.equals(schema)) {
      throw new IllegalStateException("The contract has no quantity of type int: " + schema);
    }
    return changed;
  }

  /// Somebody who did not ask the registry appends such an event all the same, under a schema that is no version of
  /// this contract.
  ///
  /// @return what the broker answers
  public String appendPastTheContract() throws InterruptedException {
    JsonNode foreign =
        rest.get("/subjects/" + Shape.CUSTOMERS.topic() + "-value/versions/latest").body();
    JsonNode key = rest.get("/subjects/" + TOPIC + "-key/versions/latest").body();
    byte[] value = payload(foreign.path("id").asInt());
    Map<String, Object> settings = Map.of("bootstrap.servers", kafka);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(TOPIC, payload(key.path("id").asInt()), value)).get();
      throw new IllegalStateException(
          "The broker should refuse an event that is not in its contract, but took it");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InvalidRecordException refused) {
        return "INVALID_RECORD " + refused.getMessage();
      }
      throw new IllegalStateException(
          "The broker should answer INVALID_RECORD, but answers " + e.getCause(), e);
    }
  }

  /// The registry's wire format, with nothing behind the id.
  private static byte[] payload(int id) {
    return ByteBuffer.allocate(6).put((byte) 0).putInt(id).put((byte) 0).array();
  }
}
