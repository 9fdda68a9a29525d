package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What hardly any client asks, answered as Apache Kafka does. The differential test found each.
class SeldomAskedTest {
  @TempDir private Path directory;
  private RunningBroker daybook;
  private WireClient client;

  @BeforeEach
  void start() throws IOException {
    daybook = RunningBroker.in(directory);
    client = daybook.wire();
    client.ask(Requests.createTopics("orders"), 7, CreateTopicsResponseData.class);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    daybook.close();
  }

  @Test
  void whoDoesNotSayWhoItIsIsToldOfNoVersions() throws IOException {
    ApiVersionsResponseData answer =
        client.ask(
            new ApiVersionsRequestData()
                .setClientSoftwareName("bad name")
                .setClientSoftwareVersion("1"),
            3,
            ApiVersionsResponseData.class);

    assertEquals(Errors.INVALID_REQUEST.code(), answer.errorCode());
    assertTrue(answer.apiKeys().isEmpty());
  }

  @Test
  void aSessionMayBeBegunAndEndedThoughThereIsNone() throws IOException {
    assertEquals(Errors.NONE, inSession(0, 0));
    assertEquals(Errors.NONE, inSession(77, 0));
    assertEquals(Errors.NONE, inSession(77, -1));
    assertEquals(Errors.FETCH_SESSION_ID_NOT_FOUND, inSession(0, 1));
    assertEquals(Errors.FETCH_SESSION_ID_NOT_FOUND, inSession(77, 1));
  }

  private Errors inSession(int id, int epoch) throws IOException {
    FetchRequestData request =
        Requests.fetch("orders", Uuid.ZERO_UUID, 0, 0, 12)
            .setMaxWaitMs(0)
            .setSessionId(id)
            .setSessionEpoch(epoch);
    FetchResponseData answer = client.ask(request, 12, FetchResponseData.class);
    assertEquals(0, answer.sessionId());
    return Errors.forCode(answer.errorCode());
  }

  @Test
  void whoAsksTwiceAboutAPartitionIsToldThatThisIsWrong() throws IOException {
    ListOffsetsRequestData request = Requests.listOffsets("orders", 0, -1);
    request
        .topics()
        .getFirst()
        .setPartitions(
            List.of(
                new ListOffsetsPartition().setPartitionIndex(0).setTimestamp(-1),
                new ListOffsetsPartition().setPartitionIndex(0).setTimestamp(-2)));

    List<ListOffsetsPartitionResponse> answers =
        client.ask(request, 7, ListOffsetsResponseData.class).topics().getFirst().partitions();

    assertEquals(1, answers.size());
    assertEquals(Errors.INVALID_REQUEST.code(), answers.getFirst().errorCode());
  }

  @Test
  void aBrokerKnowsOfControllersButOfNothingElse() throws IOException {
    assertEquals(Errors.NONE, cluster(1));
    assertEquals(Errors.MISMATCHED_ENDPOINT_TYPE, cluster(2));
    assertEquals(Errors.UNSUPPORTED_ENDPOINT_TYPE, cluster(9));
  }

  private Errors cluster(int endpointType) throws IOException {
    DescribeClusterRequestData request =
        new DescribeClusterRequestData().setEndpointType((byte) endpointType);
    return Errors.forCode(client.ask(request, 1, DescribeClusterResponseData.class).errorCode());
  }

  @Test
  void thereAreTwoKindsOfElection() throws IOException {
    assertEquals(Errors.ELECTION_NOT_NEEDED, election(0));
    assertEquals(Errors.ELECTION_NOT_NEEDED, election(1));
    assertEquals(Errors.INVALID_REQUEST, election(9));
  }

  private Errors election(int type) throws IOException {
    ElectLeadersRequestData request = new ElectLeadersRequestData().setElectionType((byte) type);
    request
        .topicPartitions()
        .add(new TopicPartitions().setTopic("orders").setPartitions(List.of(0)));
    return Errors.forCode(
        client
            .ask(request, 2, ElectLeadersResponseData.class)
            .replicaElectionResults()
            .getFirst()
            .partitionResult()
            .getFirst()
            .errorCode());
  }

  @Test
  void nobodyMakesATopicOfTheNameUnderWhichKafkaKeepsItsState() throws IOException {
    CreateTopicsResponseData answer =
        client.ask(Requests.createTopics("__cluster_metadata"), 7, CreateTopicsResponseData.class);

    assertEquals(
        Errors.INVALID_REQUEST.code(), answer.topics().find("__cluster_metadata").errorCode());
    assertTrue(daybook.log().topics().byName("__cluster_metadata").isEmpty());
  }
}
