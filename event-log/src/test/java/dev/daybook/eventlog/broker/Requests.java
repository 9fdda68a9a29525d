package dev.daybook.eventlog.broker;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.AddOffsetsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.CreateAclsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.DeleteAclsRequestData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DescribeAclsRequestData;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTransactionsRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarkerTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// Requests, as a client would write them.
final class Requests {
  private Requests() {}

  static MetadataRequestData metadata(String topic) {
    return new MetadataRequestData()
        .setTopics(List.of(new MetadataRequestTopic().setName(topic)))
        .setAllowAutoTopicCreation(true);
  }

  static MemoryRecords batch(String... values) {
    SimpleRecord[] records = new SimpleRecord[values.length];
    for (int i = 0; i < values.length; i++) {
      records[i] =
          new SimpleRecord(System.currentTimeMillis(), "k".getBytes(), values[i].getBytes());
    }
    return MemoryRecords.withRecords(Compression.NONE, records);
  }

  static ProduceRequestData produce(
      String topic, Uuid id, int partition, MemoryRecords batch, int version) {
    TopicProduceData data = new TopicProduceData();
    data.partitionData().add(new PartitionProduceData().setIndex(partition).setRecords(batch));
    if (version >= 13) {
      data.setTopicId(id);
    } else {
      data.setName(topic);
    }
    ProduceRequestData request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(30_000);
    request.topicData().add(data);
    return request;
  }

  static FetchRequestData fetch(String topic, Uuid id, int partition, long offset, int version) {
    FetchTopic asked =
        new FetchTopic()
            .setPartitions(
                List.of(
                    new FetchPartition()
                        .setPartition(partition)
                        .setFetchOffset(offset)
                        .setPartitionMaxBytes(1 << 20)));
    if (version >= 13) {
      asked.setTopicId(id);
    } else {
      asked.setTopic(topic);
    }
    FetchRequestData request =
        new FetchRequestData()
            .setMaxBytes(1 << 20)
            .setMinBytes(1)
            .setMaxWaitMs(100)
            .setTopics(List.of(asked));
    return version >= 15 ? request : request.setReplicaId(-1);
  }

  static ListOffsetsRequestData listOffsets(String topic, int partition, long timestamp) {
    return new ListOffsetsRequestData()
        .setReplicaId(-1)
        .setTopics(
            List.of(
                new ListOffsetsTopic()
                    .setName(topic)
                    .setPartitions(
                        List.of(
                            new ListOffsetsPartition()
                                .setPartitionIndex(partition)
                                .setTimestamp(timestamp)))));
  }

  static OffsetForLeaderEpochRequestData offsetForLeaderEpoch(
      String topic, int partition, int epoch) {
    OffsetForLeaderTopic asked =
        new OffsetForLeaderTopic()
            .setTopic(topic)
            .setPartitions(
                List.of(
                    new OffsetForLeaderPartition().setPartition(partition).setLeaderEpoch(epoch)));
    OffsetForLeaderEpochRequestData request = new OffsetForLeaderEpochRequestData();
    request.topics().add(asked);
    return request;
  }

  /// Some request of this API that this version can express.
  static ApiMessage example(ApiKeys api, int version) {
    return switch (api) {
      case PRODUCE -> produce("absent", Uuid.ONE_UUID, 0, batch("v"), version);
      case FETCH -> fetch("absent", Uuid.ONE_UUID, 0, 0, version);
      case LIST_OFFSETS -> listOffsets("orders", 0, 0);
      case OFFSET_FOR_LEADER_EPOCH -> offsetForLeaderEpoch("orders", 0, 0);
      case METADATA -> version == 0 ? metadata("m") : new MetadataRequestData().setTopics(null);
      case API_VERSIONS ->
          version < 3
              ? new ApiVersionsRequestData()
              : new ApiVersionsRequestData()
                  .setClientSoftwareName("test")
                  .setClientSoftwareVersion("1");
      case CREATE_TOPICS -> createTopics("created-" + version);
      case DELETE_TOPICS -> deleteTopics(version);
      case DELETE_RECORDS -> deleteRecords("orders", 0, 0);
      case DESCRIBE_CONFIGS ->
          new DescribeConfigsRequestData()
              .setResources(
                  List.of(
                      new DescribeConfigsResource()
                          .setResourceType((byte) 2)
                          .setResourceName("orders")));
      case DESCRIBE_LOG_DIRS -> new DescribeLogDirsRequestData().setTopics(null);
      case ALTER_CONFIGS -> new AlterConfigsRequestData().setResources(alteration());
      case INCREMENTAL_ALTER_CONFIGS ->
          new IncrementalAlterConfigsRequestData().setResources(incrementalAlteration());
      case LIST_CONFIG_RESOURCES -> new ListConfigResourcesRequestData();
      case DESCRIBE_ACLS ->
          new DescribeAclsRequestData()
              .setResourceTypeFilter((byte) 1)
              .setPatternTypeFilter((byte) 1)
              .setOperation((byte) 1)
              .setPermissionType((byte) 1);
      case CREATE_ACLS -> new CreateAclsRequestData();
      case DELETE_ACLS -> new DeleteAclsRequestData();
      case ELECT_LEADERS -> new ElectLeadersRequestData().setTopicPartitions(null);
      case ALTER_PARTITION_REASSIGNMENTS -> new AlterPartitionReassignmentsRequestData();
      case LIST_PARTITION_REASSIGNMENTS ->
          new ListPartitionReassignmentsRequestData().setTopics(null);
      case DESCRIBE_CLIENT_QUOTAS -> new DescribeClientQuotasRequestData();
      case CREATE_PARTITIONS -> createPartitions("orders", 2);
      case DESCRIBE_PRODUCERS ->
          new DescribeProducersRequestData()
              .setTopics(
                  List.of(
                      new DescribeProducersRequestData.TopicRequest()
                          .setName("orders")
                          .setPartitionIndexes(List.of(0))));
      case WRITE_TXN_MARKERS ->
          new WriteTxnMarkersRequestData().setMarkers(List.of(marker("absent")));
      case DESCRIBE_CLUSTER -> new DescribeClusterRequestData();
      case DESCRIBE_TOPIC_PARTITIONS ->
          new DescribeTopicPartitionsRequestData()
              .setTopics(List.of(new TopicRequest().setName("orders")));
      case INIT_PRODUCER_ID ->
          new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(1);
      case ADD_PARTITIONS_TO_TXN ->
          new AddPartitionsToTxnRequestData().setV3AndBelowTransactionalId("t");
      case ADD_OFFSETS_TO_TXN ->
          new AddOffsetsToTxnRequestData().setTransactionalId("t").setGroupId("g");
      case END_TXN -> new EndTxnRequestData().setTransactionalId("t");
      case TXN_OFFSET_COMMIT ->
          new TxnOffsetCommitRequestData().setTransactionalId("t").setGroupId("g");
      case DESCRIBE_TRANSACTIONS ->
          new DescribeTransactionsRequestData().setTransactionalIds(List.of("t"));
      case LIST_TRANSACTIONS -> new ListTransactionsRequestData();
      case FIND_COORDINATOR -> findCoordinator(version);
      case JOIN_GROUP ->
          new JoinGroupRequestData()
              .setGroupId("g")
              .setProtocolType("consumer")
              .setSessionTimeoutMs(10_000)
              .setRebalanceTimeoutMs(10_000);
      case SYNC_GROUP -> new SyncGroupRequestData().setGroupId("g").setMemberId("m");
      case HEARTBEAT -> new HeartbeatRequestData().setGroupId("g").setMemberId("m");
      case LEAVE_GROUP -> leaveGroup(version);
      case OFFSET_COMMIT -> new OffsetCommitRequestData().setGroupId("g");
      case OFFSET_FETCH -> offsetFetch(version);
      case OFFSET_DELETE -> new OffsetDeleteRequestData().setGroupId("g");
      case LIST_GROUPS -> new ListGroupsRequestData();
      case DESCRIBE_GROUPS -> new DescribeGroupsRequestData().setGroups(List.of("g"));
      case DELETE_GROUPS -> new DeleteGroupsRequestData().setGroupsNames(List.of("g"));
      case CONSUMER_GROUP_HEARTBEAT ->
          new ConsumerGroupHeartbeatRequestData().setGroupId("g").setMemberId("m");
      case CONSUMER_GROUP_DESCRIBE ->
          new ConsumerGroupDescribeRequestData().setGroupIds(List.of("g"));
      default -> throw new IllegalArgumentException("There is no example of " + api);
    };
  }

  /// An administrator's abort in partition 0.
  static WritableTxnMarker marker(String topic) {
    return new WritableTxnMarker()
        .setProducerId(1)
        .setTopics(
            List.of(new WritableTxnMarkerTopic().setName(topic).setPartitionIndexes(List.of(0))));
  }

  static CreateTopicsRequestData createTopics(String name) {
    CreateTopicsRequestData request = new CreateTopicsRequestData();
    request
        .topics()
        .add(
            new CreatableTopic().setName(name).setNumPartitions(1).setReplicationFactor((short) 1));
    return request;
  }

  static CreatePartitionsRequestData createPartitions(String topic, int count) {
    CreatePartitionsRequestData request = new CreatePartitionsRequestData();
    request
        .topics()
        .add(new CreatePartitionsTopic().setName(topic).setCount(count).setAssignments(null));
    return request;
  }

  private static AlterConfigsRequestData.AlterConfigsResourceCollection alteration() {
    AlterConfigsRequestData.AlterableConfigCollection configs =
        new AlterConfigsRequestData.AlterableConfigCollection();
    configs.add(
        new AlterConfigsRequestData.AlterableConfig().setName("retention.ms").setValue("-1"));
    AlterConfigsRequestData.AlterConfigsResourceCollection resources =
        new AlterConfigsRequestData.AlterConfigsResourceCollection();
    resources.add(
        new AlterConfigsRequestData.AlterConfigsResource()
            .setResourceType((byte) 2)
            .setResourceName("orders")
            .setConfigs(configs));
    return resources;
  }

  private static IncrementalAlterConfigsRequestData.AlterConfigsResourceCollection
      incrementalAlteration() {
    IncrementalAlterConfigsRequestData.AlterableConfigCollection configs =
        new IncrementalAlterConfigsRequestData.AlterableConfigCollection();
    configs.add(
        new IncrementalAlterConfigsRequestData.AlterableConfig()
            .setName("retention.ms")
            .setValue("-1"));
    IncrementalAlterConfigsRequestData.AlterConfigsResourceCollection resources =
        new IncrementalAlterConfigsRequestData.AlterConfigsResourceCollection();
    resources.add(
        new IncrementalAlterConfigsRequestData.AlterConfigsResource()
            .setResourceType((byte) 2)
            .setResourceName("orders")
            .setConfigs(configs));
    return resources;
  }

  /// Bytes of a batch that a test may spoil.
  static ByteBuffer bytes(MemoryRecords batch) {
    return ByteBuffer.allocate(batch.sizeInBytes()).put(batch.buffer()).flip();
  }

  static DeleteRecordsRequestData deleteRecords(String topic, int partition, long below) {
    return new DeleteRecordsRequestData()
        .setTimeoutMs(1)
        .setTopics(
            List.of(
                new DeleteRecordsTopic()
                    .setName(topic)
                    .setPartitions(
                        List.of(
                            new DeleteRecordsPartition()
                                .setPartitionIndex(partition)
                                .setOffset(below)))));
  }

  private static ApiMessage deleteTopics(int version) {
    return version < 6
        ? new DeleteTopicsRequestData().setTopicNames(List.of("absent"))
        : new DeleteTopicsRequestData()
            .setTopics(List.of(new DeleteTopicState().setName("absent")));
  }

  private static ApiMessage findCoordinator(int version) {
    return version < 4
        ? new FindCoordinatorRequestData().setKey("g")
        : new FindCoordinatorRequestData().setCoordinatorKeys(List.of("g"));
  }

  private static ApiMessage leaveGroup(int version) {
    return version < 3
        ? new LeaveGroupRequestData().setGroupId("g").setMemberId("m")
        : new LeaveGroupRequestData()
            .setGroupId("g")
            .setMembers(List.of(new MemberIdentity().setMemberId("m")));
  }

  private static ApiMessage offsetFetch(int version) {
    return version < 8
        ? new OffsetFetchRequestData().setGroupId("g").setTopics(List.of())
        : new OffsetFetchRequestData()
            .setGroups(List.of(new OffsetFetchRequestGroup().setGroupId("g")));
  }
}
