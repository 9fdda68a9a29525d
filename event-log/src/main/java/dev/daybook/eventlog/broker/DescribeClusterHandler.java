package dev.daybook.eventlog.broker;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.apache.kafka.common.protocol.Errors;

/// DescribeCluster: one broker, which is the controller.
final class DescribeClusterHandler implements Handler {
  private static final byte BROKERS = 1;
  private static final byte CONTROLLERS = 2;

  private final ThisBroker self;

  DescribeClusterHandler(ThisBroker self) {
    this.self = self;
  }

  @Override
  public CompletableFuture<Reply> handle(Call call) {
    DescribeClusterRequestData request = call.message(DescribeClusterRequestData.class);
    if (request.endpointType() != BROKERS) {
      Errors error =
          request.endpointType() == CONTROLLERS
              ? Errors.MISMATCHED_ENDPOINT_TYPE
              : Errors.UNSUPPORTED_ENDPOINT_TYPE;
      return Reply.now(
          new DescribeClusterResponseData()
              .setErrorCode(error.code())
              .setErrorMessage("This is a broker; ask it with endpoint type 1"));
    }
    DescribeClusterResponseData response =
        new DescribeClusterResponseData()
            .setClusterId(self.clusterId())
            .setControllerId(self.id())
            .setEndpointType(request.endpointType())
            .setClusterAuthorizedOperations(
                request.includeClusterAuthorizedOperations()
                    ? Operations.ALL_ON_CLUSTER
                    : Operations.NOT_ASKED);
    response
        .brokers()
        .add(
            new DescribeClusterBroker()
                .setBrokerId(self.id())
                .setHost(self.host())
                .setPort(self.port()));
    return Reply.now(response);
  }
}
