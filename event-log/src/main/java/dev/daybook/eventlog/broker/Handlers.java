package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.group.GroupCoordinator;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// Which handler answers which API.
final class Handlers {
  private Handlers() {}

  static Map<ApiKeys, Handler> of(
      EventLog log,
      GroupCoordinator<ApiMessage> groups,
      TransactionCoordinator transactions,
      Broker broker,
      ThisBroker self) {
    BrokerConfig config = broker.config();
    Map<ApiKeys, Handler> handlers = new EnumMap<>(ApiKeys.class);
    handlers.put(ApiKeys.API_VERSIONS, new ApiVersionsHandler());
    handlers.put(ApiKeys.METADATA, new MetadataHandler(log, config, self));
    handlers.put(ApiKeys.PRODUCE, new ProduceHandler(log, transactions, broker.preparers()));
    handlers.put(
        ApiKeys.FETCH, new FetchHandler(log, config, broker.pinned(), broker.coldReader()));
    handlers.put(ApiKeys.LIST_OFFSETS, new ListOffsetsHandler(log));
    handlers.put(ApiKeys.OFFSET_FOR_LEADER_EPOCH, new OffsetForLeaderEpochHandler(log));
    handlers.put(ApiKeys.INIT_PRODUCER_ID, new InitProducerIdHandler(log, transactions));
    handlers.put(ApiKeys.DESCRIBE_PRODUCERS, new DescribeProducersHandler(log));
    handlers.put(ApiKeys.WRITE_TXN_MARKERS, new WriteTxnMarkersHandler(log, groups));
    handlers.put(ApiKeys.CREATE_TOPICS, new CreateTopicsHandler(log, config));
    handlers.put(ApiKeys.DELETE_TOPICS, new DeleteTopicsHandler(log));
    handlers.put(ApiKeys.DELETE_RECORDS, new DeleteRecordsHandler(log));
    handlers.put(ApiKeys.DESCRIBE_CONFIGS, new DescribeConfigsHandler(log, config));
    handlers.put(
        ApiKeys.INCREMENTAL_ALTER_CONFIGS, new IncrementalAlterConfigsHandler(log, config));
    handlers.put(ApiKeys.ALTER_CONFIGS, new AlterConfigsHandler(log, config));
    handlers.put(ApiKeys.LIST_CONFIG_RESOURCES, new ListConfigResourcesHandler(log, config));
    handlers.put(ApiKeys.CREATE_PARTITIONS, new CreatePartitionsHandler(log, config));
    handlers.put(ApiKeys.DESCRIBE_CLUSTER, new DescribeClusterHandler(self));
    handlers.put(ApiKeys.DESCRIBE_LOG_DIRS, new DescribeLogDirsHandler(log));
    handlers.put(ApiKeys.DESCRIBE_TOPIC_PARTITIONS, new DescribeTopicPartitionsHandler(log, self));
    handlers.put(ApiKeys.FIND_COORDINATOR, new FindCoordinatorHandler(groups, self));
    handlers.put(ApiKeys.ELECT_LEADERS, new ElectLeadersHandler(log));
    handlers.put(
        ApiKeys.ALTER_PARTITION_REASSIGNMENTS, new AlterPartitionReassignmentsHandler(log, self));
    handlers.put(
        ApiKeys.LIST_PARTITION_REASSIGNMENTS,
        call ->
            Reply.now(
                new ListPartitionReassignmentsResponseData()
                    .setErrorMessage(null)
                    .setTopics(List.of())));
    handlers.put(
        ApiKeys.DESCRIBE_CLIENT_QUOTAS,
        call -> Reply.now(new DescribeClientQuotasResponseData().setEntries(List.of())));
    AclsHandler.APIS.forEach(api -> handlers.put(api, new AclsHandler()));
    handlers.put(ApiKeys.ADD_PARTITIONS_TO_TXN, new AddPartitionsToTxnHandler(log, transactions));
    handlers.put(ApiKeys.ADD_OFFSETS_TO_TXN, new AddOffsetsToTxnHandler(groups, transactions));
    handlers.put(ApiKeys.END_TXN, new EndTxnHandler(transactions));
    handlers.put(ApiKeys.DESCRIBE_TRANSACTIONS, new DescribeTransactionsHandler(transactions));
    handlers.put(ApiKeys.LIST_TRANSACTIONS, new ListTransactionsHandler(transactions));
    Handler group = new GroupHandler(groups);
    GroupHandler.APIS.forEach(api -> handlers.put(api, group));
    return Map.copyOf(handlers);
  }
}
