package dev.daybook.eventlog.broker;

import java.util.List;
import org.apache.kafka.common.acl.AclOperation;

/// What a client is told it may do, as bits: without access control, everything there is.
final class Operations {
  /// What stands where the client did not ask.
  static final int NOT_ASKED = Integer.MIN_VALUE;

  static final int ALL_ON_TOPIC =
      bits(
          List.of(
              AclOperation.READ,
              AclOperation.WRITE,
              AclOperation.CREATE,
              AclOperation.DESCRIBE,
              AclOperation.DELETE,
              AclOperation.ALTER,
              AclOperation.DESCRIBE_CONFIGS,
              AclOperation.ALTER_CONFIGS));

  static final int ALL_ON_CLUSTER =
      bits(
          List.of(
              AclOperation.CREATE,
              AclOperation.CLUSTER_ACTION,
              AclOperation.DESCRIBE_CONFIGS,
              AclOperation.ALTER_CONFIGS,
              AclOperation.IDEMPOTENT_WRITE,
              AclOperation.ALTER,
              AclOperation.DESCRIBE));

  private Operations() {}

  private static int bits(List<AclOperation> operations) {
    return operations.stream().mapToInt(operation -> 1 << operation.code()).sum();
  }
}
