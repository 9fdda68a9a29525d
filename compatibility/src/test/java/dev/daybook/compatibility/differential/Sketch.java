package dev.daybook.compatibility.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daybook.compatibility.differential.MessageSpec.Field;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.common.protocol.ApiKeys;

/// Draws a request of any API and version, field by field, from Kafka's description of it. What a field may hold goes by its
/// name: mostly something that is there, now and then something that is not, or that nobody should ask for.
///
/// What only one side knows the value of stands as a text that begins with `@`; [Ask] puts that side's value there.
final class Sketch {
  static final String TOPIC_ID = "@topic-id:";
  static final String PRODUCER = "@producer:";
  static final String MEMBER = "@member:";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> CONFIGS =
      List.of(
          "retention.ms",
          "cleanup.policy",
          "max.message.bytes",
          "segment.bytes",
          "min.insync.replicas",
          "compression.type",
          "message.timestamp.type",
          "no.such.config",
          "");
  private static final List<String> CONFIG_VALUES =
      List.of(
          "1",
          "100000",
          "-1",
          "-2",
          "2000000",
          "compact",
          "delete",
          "gzip",
          "producer",
          "nonsense",
          "");

  private final SplittableRandom random;
  private final long now;
  private final Map<ApiKeys, MessageSpec> specs = new EnumMap<>(ApiKeys.class);

  /// Names that no other request uses, where one request must not meet another.
  private int fresh;

  /// @param now what timestamps lie around, the same on both sides
  Sketch(SplittableRandom random, long now) {
    this.random = random;
    this.now = now;
  }

  ObjectNode draw(ApiKeys api, int version) {
    MessageSpec spec = specs.computeIfAbsent(api, MessageSpec::ofRequest);
    return object(new Place(api, version, spec), spec.fields());
  }

  private record Place(ApiKeys api, int version, MessageSpec spec) {}

  private ObjectNode object(Place place, List<Field> fields) {
    ObjectNode object = JSON.objectNode();
    for (Field field : fields) {
      if (field.versions().contains(place.version()) && !field.tagged().contains(place.version())) {
        object.set(field.key(), value(place, field));
      }
    }
    return object;
  }

  private JsonNode value(Place place, Field field) {
    if (field.nullable().contains(place.version()) && random.nextInt(6) == 0) {
      return JSON.nullNode();
    }
    if (field.isArray()) {
      ArrayNode array = JSON.arrayNode();
      int size = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(2);
      Set<String> named = new HashSet<>();
      for (int at = 0; at < size; at++) {
        JsonNode element = single(place, field);
        if (named.add(nameOf(element))) {
          array.add(element);
        }
      }
      return array;
    }
    return single(place, field);
  }

  /// No client names the same thing twice in a request, and what Apache Kafka does then differs from API to API.
  private static String nameOf(JsonNode element) {
    for (String name :
        List.of("partitionIndex", "partition", "name", "topic", "topicId", "resourceName")) {
      if (element.has(name) && !element.get(name).isNull()) {
        return element.get(name).asText() + element.path("resourceType").asText();
      }
    }
    return element.toString();
  }

  private JsonNode single(Place place, Field field) {
    List<Field> inner = place.spec().fieldsOf(field);
    if (!inner.isEmpty()) {
      return object(place, inner);
    }
    return switch (field.elementType()) {
      case "bool" -> JSON.booleanNode(random.nextBoolean());
      case "string" -> JSON.textNode(string(place, field));
      case "uuid" -> JSON.textNode(topicId(place.api()));
      case "bytes", "records" -> JSON.binaryNode(new byte[] {0, 1, 2});
      case "int64" -> int64(field);
      case "float64" -> JSON.numberNode(1.0);
      default -> JSON.numberNode(integer(place, field));
    };
  }

  private String topicId(ApiKeys api) {
    return switch (random.nextInt(8)) {
      // Over an id of nothing Apache Kafka stumbles in Fetch, and may never answer.
      case 0 -> api == ApiKeys.FETCH ? "dGhpcyBpcyBub3QgaXQhIQ" : "AAAAAAAAAAAAAAAAAAAAAA";
      case 1 -> "dGhpcyBpcyBub3QgaXQhIQ";
      default ->
          TOPIC_ID
              + switch (api) {
                case DELETE_TOPICS -> one("spare-0", "spare-1", "spare-2");
                case FETCH -> one("orders", "payments", "keyed");
                default -> one("orders", "payments", "keyed", "spare-0", "spare-1");
              };
    };
  }

  private String string(Place place, Field field) {
    String name = field.name();
    return switch (field.entity()) {
      case "topicName" -> topic(place.api());
      case "groupId" -> group(place.api());
      case "transactionalId" -> one("tx-0", "tx-1", "tx-2", "");
      default ->
          switch (name) {
            case "Key", "CoordinatorKeys" -> one("group-0", "group-1", "tx-0", "");
            case "MemberId" -> member();
            case "GroupInstanceId", "InstanceId" -> one("static-0", "static-1");
            case "ProtocolType" -> one("consumer", "consumer", "other");
            case "ProtocolName" -> one("range", "roundrobin");
            case "ResourceName" ->
                isAltering(place.api())
                    ? one("spare-0", "spare-1", "nothere", "bad name", "1")
                    : one("orders", "payments", "spare-0", "nothere", "bad name", "1", "");
            case "ConfigurationKeys" -> one(CONFIGS);
            case "StatesFilter" -> one("Stable", "Empty", "Dead", "nonsense");
            case "TypesFilter" -> one("consumer", "classic", "nonsense");
            case "ServerAssignor" -> one("uniform", "range", "nonsense");
            case "SubscribedTopicRegex" -> one("ord.*", "p[a-z]+", "[");
            case "RackId" -> "";
            case "Name" ->
                place.api() == ApiKeys.JOIN_GROUP ? one("range", "roundrobin") : one(CONFIGS);
            case "Value" -> one(CONFIG_VALUES);
            case "ClientSoftwareName", "ClientSoftwareVersion" -> one("differential", "bad name!");
            default -> one("some", "thing", "");
          };
    };
  }

  private static boolean isAboutRights(ApiKeys api) {
    return api == ApiKeys.DESCRIBE_ACLS || api == ApiKeys.CREATE_ACLS || api == ApiKeys.DELETE_ACLS;
  }

  private static boolean isAltering(ApiKeys api) {
    return api == ApiKeys.ALTER_CONFIGS || api == ApiKeys.INCREMENTAL_ALTER_CONFIGS;
  }

  private String member() {
    int drawn = random.nextInt(6);
    return drawn == 0 ? "" : drawn == 1 ? "stranger" : MEMBER + random.nextInt(4);
  }

  /// Requests that change topics stay with those that nothing else needs.
  private String topic(ApiKeys api) {
    return switch (api) {
      case DELETE_TOPICS ->
          one("spare-0", "spare-1", "spare-2", "spare-3", "bad name", "", "nothere");
      case CREATE_PARTITIONS, ALTER_PARTITION_REASSIGNMENTS, ELECT_LEADERS ->
          one("spare-0", "spare-1", "spare-2", "spare-3", "bad name", "", "nothere");
      case CREATE_TOPICS ->
          one(
              "spare-0",
              "spare-1",
              "spare-2",
              "spare-3",
              "bad name",
              "..",
              "",
              "__consumer_offsets",
              "nothere");
      case ADD_PARTITIONS_TO_TXN, DESCRIBE_PRODUCERS -> one("marked", "nothere", "bad name", "");
      case FETCH, LIST_OFFSETS ->
          one("orders", "payments", "keyed", "spare-0", "spare-1", "nothere", "bad name", "");
      default ->
          one(
              "orders",
              "orders",
              "payments",
              "payments",
              "keyed",
              "spare-0",
              "spare-1",
              "nothere",
              "bad name",
              "",
              "__consumer_offsets");
    };
  }

  /// Whoever joins waits for all other members: so everybody joins a group of their own.
  private String group(ApiKeys api) {
    return switch (api) {
      case JOIN_GROUP -> "joined-" + fresh++;
      case HEARTBEAT, SYNC_GROUP, LEAVE_GROUP ->
          fresh > 0 && random.nextBoolean()
              ? "joined-" + random.nextInt(fresh)
              : one("group-0", "");
      case CONSUMER_GROUP_HEARTBEAT -> one("modern-0", "modern-1", "group-0", "");
      case DELETE_GROUPS -> one("group-2", "joined-0", "modern-1", "nothere", "");
      default -> one("group-0", "group-1", "group-2", "modern-0", "joined-0", "nothere", "");
    };
  }

  private JsonNode int64(Field field) {
    String name = field.name();
    if (field.entity().equals("producerId") || name.equals("ProducerId")) {
      return random.nextInt(5) == 0
          ? JSON.numberNode(-1L)
          : JSON.textNode(PRODUCER + random.nextInt(4));
    }
    if (name.equals("Timestamp")) {
      return JSON.numberNode(
          of(-1, -2, -3, -4, -5, -6, -7, 0, now - 1000, now, now + 1, now + 5, Long.MAX_VALUE));
    }
    if (name.startsWith("Retention")) {
      return JSON.numberNode(-1L);
    }
    return JSON.numberNode(of(0, 1, 2, 3, 4, 5, 7, 10, 1000, -1, -2, Long.MAX_VALUE));
  }

  private long integer(Place place, Field field) {
    String name = field.name();
    if (field.entity().equals("brokerId")) {
      return name.equals("ReplicaId") ? -1 : of(1, 1, -1, 7);
    }
    if (name.equals("SessionEpoch")) {
      return of(-1, -1, -1, 0);
    }
    if (name.equals("LastFetchedEpoch")) {
      return -1; // Asked for in steps of its own.
    }
    if (name.contains("Epoch") || name.startsWith("Generation")) {
      return of(-1, -1, 0, 0, 1, 2, 5);
    }
    return switch (name) {
      case "PartitionIndex",
          "PartitionIndexes",
          "Partition",
          "Partitions",
          "PartitionIndices",
          "PartitionId" ->
          of(0, 0, 1, 1, 2, 99, -1);
      case "TimeoutMs", "timeoutMs" -> 10_000;
      case "TransactionTimeoutMs" -> of(1000, 60_000, 0, -1, 10_000_000);
      case "MaxWaitMs" -> of(0, 20);
      case "MinBytes" -> of(0, 1, 1000);
      case "MaxBytes", "PartitionMaxBytes" -> of(0, 1, 150, 1 << 20, 1 << 20);
      case "SessionId" -> 0;
      case "NumPartitions", "Count" -> of(1, 2, 3, -1, 0);
      case "ReplicationFactor" -> of(1, 1, -1, 3, 0);
      case "SessionTimeoutMs" -> of(300_000, 300_000, 100, 2_000_000);
      case "RebalanceTimeoutMs" -> of(300, 500);
      case "ResourceType" -> isAboutRights(place.api()) ? of(2, 3, 4) : of(2, 2, 2, 4, 8, 32);
      case "ResourceTypeFilter" -> of(1, 2, 3, 4);
      case "PatternTypeFilter" -> of(1, 2, 3, 4);
      case "ResourcePatternType" -> of(3, 4);
      case "Operation" -> isAboutRights(place.api()) ? of(2, 3, 8) : 0;
      case "PermissionType" -> of(2, 3);
      case "ConfigOperation" -> of(0, 1, 2, 3);
      case "KeyType" -> of(0, 1, 1, 5);
      case "EndpointType" -> of(1, 1, 2);
      case "ResponsePartitionLimit" -> of(1, 2, 100, 2000, 0);
      default -> of(0, 1);
    };
  }

  private String one(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String one(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private long of(long... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
