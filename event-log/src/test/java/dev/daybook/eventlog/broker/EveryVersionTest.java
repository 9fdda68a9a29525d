package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.protocol.ApiRanges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every version of every API that is advertised, over a socket: what the generated messages of kafka-clients write
/// is understood, and what comes back they can read, to the last byte.
class EveryVersionTest {
  @TempDir private static Path directory;
  private static RunningBroker daybook;
  private static Uuid topicId;

  @BeforeAll
  static void start() throws IOException {
    daybook = RunningBroker.in(directory);
    try (WireClient client = daybook.wire()) {
      topicId =
          client
              .ask(Requests.metadata("orders"), 12, MetadataResponseData.class)
              .topics()
              .find("orders")
              .topicId();
    }
  }

  @AfterAll
  static void stop() throws IOException {
    daybook.close();
  }

  static List<ApiKeys> apis() {
    return new ArrayList<>(ApiRanges.apis());
  }

  @ParameterizedTest
  @MethodSource("apis")
  void isAnswered(ApiKeys api) throws IOException {
    ApiRanges.Range range = ApiRanges.range(api);
    for (int version = range.min(); version <= range.max(); version++) {
      try (WireClient client = daybook.wire()) {
        ApiMessage answer = client.ask(Requests.example(api, version), version, ApiMessage.class);
        assertEquals(api.id, answer.apiKey(), api + " version " + version);
      }
    }
  }

  @Test
  void whatIsProducedInAnyVersionIsFetchedInAny() throws IOException {
    try (WireClient client = daybook.wire()) {
      ApiRanges.Range produce = ApiRanges.range(ApiKeys.PRODUCE);
      for (int version = produce.min(); version <= produce.max(); version++) {
        ProduceResponseData.PartitionProduceResponse answer =
            client
                .ask(
                    Requests.produce("orders", topicId, 0, Requests.batch("v" + version), version),
                    version,
                    ProduceResponseData.class)
                .responses()
                .iterator()
                .next()
                .partitionResponses()
                .getFirst();
        assertEquals(Errors.NONE.code(), answer.errorCode(), "Produce " + version);
        assertEquals(version - produce.min(), answer.baseOffset());
      }
      long count = produce.max() - produce.min() + 1;
      ApiRanges.Range fetch = ApiRanges.range(ApiKeys.FETCH);
      for (int version = fetch.min(); version <= fetch.max(); version++) {
        FetchResponseData.PartitionData found =
            client
                .ask(
                    Requests.fetch("orders", topicId, 0, 0, version),
                    version,
                    FetchResponseData.class)
                .responses()
                .getFirst()
                .partitions()
                .getFirst();
        assertEquals(Errors.NONE.code(), found.errorCode(), "Fetch " + version);
        assertEquals(count, found.highWatermark());
        MemoryRecords records = (MemoryRecords) found.records();
        List<Long> offsets = new ArrayList<>();
        records.records().forEach(record -> offsets.add(record.offset()));
        assertEquals(count, offsets.size(), "Fetch " + version);
      }
    }
  }

  @Test
  void newerFieldsStayOutOfOlderAnswers() throws IOException {
    try (WireClient client = daybook.wire()) {
      ListOffsetsResponseData old =
          client.ask(Requests.listOffsets("orders", 0, -1), 1, ListOffsetsResponseData.class);

      assertEquals(-1, old.topics().getFirst().partitions().getFirst().leaderEpoch());
    }
  }

  @Test
  void aVersionOfApiVersionsThatNobodyKnowsIsAnsweredWithTheRanges() throws IOException {
    try (WireClient client = daybook.wire()) {
      byte[] frame = WireClient.frame(new ApiVersionsRequestData(), 0, 77);
      frame[7] = 120;
      client.send(frame);

      ApiVersionsResponseData answer =
          client.read(ApiKeys.API_VERSIONS, 0, ApiVersionsResponseData.class);

      assertEquals(Errors.UNSUPPORTED_VERSION.code(), answer.errorCode());
      assertEquals(4, answer.apiKeys().find(ApiKeys.API_VERSIONS.id).maxVersion());
    }
  }

  @Test
  void onlyWhatIsServedIsAdvertised() throws IOException {
    try (WireClient client = daybook.wire()) {
      ApiVersionsResponseData answer =
          client.ask(
              new ApiVersionsRequestData()
                  .setClientSoftwareName("daybook-test")
                  .setClientSoftwareVersion("1.0"),
              4,
              ApiVersionsResponseData.class);

      assertEquals(0, answer.apiKeys().find(ApiKeys.PRODUCE.id).minVersion());
      assertEquals(4, answer.apiKeys().find(ApiKeys.FETCH.id).minVersion());
      assertNull(answer.apiKeys().find(ApiKeys.SASL_HANDSHAKE.id));
      assertNull(answer.apiKeys().find(ApiKeys.SASL_AUTHENTICATE.id));
      assertEquals(1, answer.finalizedFeatures().find("group.version").maxVersionLevel());
      assertEquals(2, answer.finalizedFeatures().find("transaction.version").maxVersionLevel());
      assertTrue(answer.apiKeys().size() == ApiRanges.apis().size());
      assertFalse(answer.zkMigrationReady());
    }
  }
}
