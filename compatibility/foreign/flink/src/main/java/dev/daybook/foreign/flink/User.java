package dev.daybook.foreign.flink;

import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.serialization.SerializationSchema;

/// The user of `user,count`, as a record's key: so the counts of one user stay in one partition, in order.
final class User implements SerializationSchema<String> {
  @Override
  public byte[] serialize(String count) {
    return count.substring(0, count.indexOf(',')).getBytes(StandardCharsets.UTF_8);
  }
}
