package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.protocol.ApiRanges;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKey;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// ApiVersions: what a client may ask here. The first request of every connection.
final class ApiVersionsHandler implements Handler {
  private static final short FIRST_VERSION_WITH_SOFTWARE = 3;
  private static final Pattern SOFTWARE =
      Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9\\-.]*[a-zA-Z0-9])?");

  /// Level 1 of `group.version` is the consumer group protocol of KIP-848, level 2 of `transaction.version` an epoch that
  /// rises with each transaction (KIP-890). Share groups have no feature here, so that clients do not try.
  private static final Map<String, Short> FEATURES =
      Map.of("group.version", (short) 1, "transaction.version", (short) 2);

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    if (!ApiRanges.serves(ApiKeys.API_VERSIONS, call.version())) {
      return Reply.now(ranges(Errors.UNSUPPORTED_VERSION));
    }
    if (call.version() >= FIRST_VERSION_WITH_SOFTWARE
        && !isValid(call.message(ApiVersionsRequestData.class))) {
      return Reply.now(new ApiVersionsResponseData().setErrorCode(Errors.INVALID_REQUEST.code()));
    }
    return Reply.now(ranges(Errors.NONE));
  }

  private static boolean isValid(ApiVersionsRequestData request) {
    return SOFTWARE.matcher(request.clientSoftwareName()).matches()
        && SOFTWARE.matcher(request.clientSoftwareVersion()).matches();
  }

  private static ApiVersionsResponseData ranges(Errors error) {
    ApiVersionsResponseData response =
        new ApiVersionsResponseData()
            .setErrorCode(error.code())
            .setApiKeys(ApiRanges.advertised())
            .setFinalizedFeaturesEpoch(1);
    FEATURES.forEach((name, level) -> feature(response, name, level));
    return response;
  }

  private static void feature(ApiVersionsResponseData response, String name, short level) {
    response
        .supportedFeatures()
        .add(new SupportedFeatureKey().setName(name).setMinVersion((short) 0).setMaxVersion(level));
    response
        .finalizedFeatures()
        .add(
            new FinalizedFeatureKey()
                .setName(name)
                .setMinVersionLevel(level)
                .setMaxVersionLevel(level));
  }
}
