package dev.daybook.compatibility.differential;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// What both sides serve, in the versions that both serve.
record ApiMenu(Map<ApiKeys, Range> ranges) {
  /// Asked with more sense than by drawing: a random batch teaches nothing, and over random markers Apache Kafka may never
  /// answer.
  private static final Set<ApiKeys> NOT_DRAWN =
      EnumSet.of(ApiKeys.PRODUCE, ApiKeys.API_VERSIONS, ApiKeys.WRITE_TXN_MARKERS);

  record Range(int min, int max) {}

  static ApiMenu common(ApiVersionsResponseData kafka, ApiVersionsResponseData daybook) {
    Map<ApiKeys, Range> ranges = new EnumMap<>(ApiKeys.class);
    for (ApiVersionsResponseData.ApiVersion ours : daybook.apiKeys()) {
      ApiVersionsResponseData.ApiVersion theirs = kafka.apiKeys().find(ours.apiKey());
      if (theirs != null) {
        ApiKeys api = ApiKeys.forId(ours.apiKey());
        int min = Math.max(Math.max(ours.minVersion(), theirs.minVersion()), api.oldestVersion());
        ranges.put(api, new Range(min, Math.min(ours.maxVersion(), theirs.maxVersion())));
      }
    }
    return new ApiMenu(ranges);
  }

  Range range(ApiKeys api) {
    Range range = ranges.get(api);
    if (range == null) {
      throw new IllegalArgumentException(api + " is not served by both");
    }
    return range;
  }

  List<ApiKeys> drawable() {
    return ranges.keySet().stream().filter(api -> !NOT_DRAWN.contains(api)).toList();
  }
}
