package dev.daybook.eventlog.protocol;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersionCollection;
import org.apache.kafka.common.protocol.ApiKeys;

/// Which requests are answered, and in which versions. Minimums stay low: librdkafka decides what a broker can
/// do by overlap with old versions, and features vanish where a minimum rises.
public final class ApiRanges {
  private static final Map<ApiKeys, Range> RANGES = new EnumMap<>(ApiKeys.class);

  static {
    serve(ApiKeys.PRODUCE, 3, 13);
    serve(ApiKeys.FETCH, 4, 18);
    serve(ApiKeys.LIST_OFFSETS, 1, 10);
    serve(ApiKeys.METADATA, 0, 13);
    serve(ApiKeys.OFFSET_COMMIT, 2, 10);
    serve(ApiKeys.OFFSET_FETCH, 1, 10);
    serve(ApiKeys.FIND_COORDINATOR, 0, 6);
    serve(ApiKeys.JOIN_GROUP, 0, 9);
    serve(ApiKeys.HEARTBEAT, 0, 4);
    serve(ApiKeys.LEAVE_GROUP, 0, 5);
    serve(ApiKeys.SYNC_GROUP, 0, 5);
    serve(ApiKeys.DESCRIBE_GROUPS, 0, 6);
    serve(ApiKeys.LIST_GROUPS, 0, 5);
    serve(ApiKeys.API_VERSIONS, 0, 4);
    serve(ApiKeys.CREATE_TOPICS, 2, 7);
    serve(ApiKeys.DELETE_TOPICS, 1, 6);
    serve(ApiKeys.DELETE_RECORDS, 0, 2);
    serve(ApiKeys.INIT_PRODUCER_ID, 0, 5);
    serve(ApiKeys.OFFSET_FOR_LEADER_EPOCH, 2, 4);
    serve(ApiKeys.WRITE_TXN_MARKERS, 1, 2);
    serve(ApiKeys.DESCRIBE_ACLS, 1, 3);
    serve(ApiKeys.CREATE_ACLS, 1, 3);
    serve(ApiKeys.DELETE_ACLS, 1, 3);
    // From version 4 on between brokers only.
    serve(ApiKeys.ADD_PARTITIONS_TO_TXN, 0, 3);
    serve(ApiKeys.ADD_OFFSETS_TO_TXN, 0, 4);
    serve(ApiKeys.END_TXN, 0, 5);
    serve(ApiKeys.TXN_OFFSET_COMMIT, 0, 5);
    serve(ApiKeys.DESCRIBE_TRANSACTIONS, 0, 0);
    serve(ApiKeys.LIST_TRANSACTIONS, 0, 2);
    serve(ApiKeys.DESCRIBE_CONFIGS, 1, 4);
    serve(ApiKeys.ALTER_CONFIGS, 0, 2);
    serve(ApiKeys.DESCRIBE_LOG_DIRS, 1, 4);
    serve(ApiKeys.CREATE_PARTITIONS, 0, 3);
    serve(ApiKeys.DELETE_GROUPS, 0, 2);
    serve(ApiKeys.ELECT_LEADERS, 0, 2);
    serve(ApiKeys.INCREMENTAL_ALTER_CONFIGS, 0, 1);
    serve(ApiKeys.ALTER_PARTITION_REASSIGNMENTS, 0, 1);
    serve(ApiKeys.LIST_PARTITION_REASSIGNMENTS, 0, 0);
    serve(ApiKeys.OFFSET_DELETE, 0, 0);
    serve(ApiKeys.DESCRIBE_CLIENT_QUOTAS, 0, 1);
    serve(ApiKeys.DESCRIBE_CLUSTER, 0, 2);
    serve(ApiKeys.DESCRIBE_PRODUCERS, 0, 0);
    serve(ApiKeys.CONSUMER_GROUP_HEARTBEAT, 0, 1);
    serve(ApiKeys.CONSUMER_GROUP_DESCRIBE, 0, 1);
    serve(ApiKeys.LIST_CONFIG_RESOURCES, 0, 1);
    serve(ApiKeys.DESCRIBE_TOPIC_PARTITIONS, 0, 0);
  }

  private ApiRanges() {}

  public static Set<ApiKeys> apis() {
    return Collections.unmodifiableSet(RANGES.keySet());
  }

  /// Whether requests of this API and version are answered.
  public static boolean serves(ApiKeys api, short version) {
    Range range = RANGES.get(api);
    return range != null && range.min() <= version && version <= range.max();
  }

  /// The versions of an API that are answered.
  ///
  /// @throws IllegalArgumentException when the API is not answered at all
  public static Range range(ApiKeys api) {
    Range range = RANGES.get(api);
    if (range == null) {
      throw new IllegalArgumentException(api.name + " is not served");
    }
    return range;
  }

  /// The ranges as clients are told. Produce starts at 0 there although nothing below 3 is served: old librdkafka
  /// looks for the overlap, as Apache Kafka found out too (KAFKA-18659).
  public static ApiVersionCollection advertised() {
    ApiVersionCollection all = new ApiVersionCollection(RANGES.size());
    RANGES.forEach(
        (api, range) ->
            all.add(
                new ApiVersion()
                    .setApiKey(api.id)
                    .setMinVersion(api == ApiKeys.PRODUCE ? 0 : range.min())
                    .setMaxVersion(range.max())));
    return all;
  }

  private static void serve(ApiKeys api, int min, int max) {
    RANGES.put(api, new Range((short) min, (short) max));
  }

  /// First and last version, both included.
  public record Range(short min, short max) {}
}
