package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.protocol.ApiRanges;
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

  /// Level 1 is the consumer group protocol of KIP-848. Transactions and share groups have no feature here, so
  /// that clients do not try.
  private static final String GROUP_VERSION = "group.version";

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    if (!ApiRanges.serves(ApiKeys.API_VERSIONS, call.version())) {
      return Reply.now(ranges(Errors.UNSUPPORTED_VERSION));
    }
    if (call.version() >= FIRST_VERSION_WITH_SOFTWARE
        && !isValid(call.message(ApiVersionsRequestData.class))) {
      return Reply.now(ranges(Errors.INVALID_REQUEST));
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
    response
        .supportedFeatures()
        .add(
            new SupportedFeatureKey()
                .setName(GROUP_VERSION)
                .setMinVersion((short) 0)
                .setMaxVersion((short) 1));
    response
        .finalizedFeatures()
        .add(
            new FinalizedFeatureKey()
                .setName(GROUP_VERSION)
                .setMinVersionLevel((short) 1)
                .setMaxVersionLevel((short) 1));
    return response;
  }
}
