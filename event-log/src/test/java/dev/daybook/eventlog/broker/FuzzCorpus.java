package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.protocol.ApiRanges;
import dev.daybook.eventlog.record.Compression;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.RecordHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.ApiKeys;

/// Writes the seeds of the fuzz targets: what honest clients send, small, and what once was a finding. A program, run by
/// hand when there is a new API.
final class FuzzCorpus {
  private final Path resources;

  private FuzzCorpus(Path resources) {
    this.resources = resources;
  }

  /// @param arguments the folder of test resources
  public static void main(String[] arguments) throws IOException {
    FuzzCorpus corpus = new FuzzCorpus(Path.of(arguments[0]).resolve("dev/daybook/eventlog"));
    corpus.frames();
    corpus.batches();
    corpus.members();
  }

  private void frames() throws IOException {
    List<ApiKeys> apis = new ArrayList<>(ApiRanges.apis());
    for (ApiKeys api : apis) {
      ApiRanges.Range range = ApiRanges.range(api);
      for (int version : new int[] {range.min(), range.max()}) {
        byte[] frame = WireClient.frame(Requests.example(api, version), version, 1);
        String name = api.name.toLowerCase(Locale.ROOT) + "-" + version;
        write("broker/FrameFuzzInputs/anyFrame", name, Arrays.copyOfRange(frame, 4, frame.length));
        boolean tagged = api.requestHeaderVersion((short) version) >= 2;
        int headerBytes = 4 + 8 + 2 + "wire".length() + (tagged ? 1 : 0);
        byte[] message = Arrays.copyOfRange(frame, headerBytes - 2, frame.length);
        message[0] = (byte) apis.indexOf(api);
        message[1] = (byte) (version - range.min());
        write("broker/FrameFuzzInputs/anyMessage", name, message);
      }
    }
  }

  private void batches() throws IOException {
    for (Compression codec : Compression.values()) {
      RecordBatchBuilder builder =
          codec == Compression.NONE
              ? RecordBatchBuilder.uncompressed()
              : RecordBatchBuilder.compressed(codec);
      for (int i = 0; i < 3; i++) {
        builder.append(
            i,
            i == 0 ? null : bytes("key"),
            i == 1 ? null : bytes("value value value"),
            List.of(new RecordHeader("name", bytes("x"))));
      }
      ByteBuffer batch = builder.build();
      byte[] all = new byte[batch.remaining()];
      batch.get(all);
      String name = codec.name().toLowerCase(Locale.ROOT);
      write("record/RecordsFuzzInputs/anyBatch", name, all);
      byte[] packed = Arrays.copyOfRange(all, RecordBatch.HEADER_BYTES - 2, all.length);
      packed[0] = (byte) codec.id();
      packed[1] = 3;
      write("record/RecordsFuzzInputs/anyPackedBytes", name, packed);
      if (codec == Compression.NONE) {
        for (Compression other : Compression.values()) {
          byte[] plain = packed.clone();
          plain[0] = (byte) other.id();
          write(
              "record/RecordsFuzzInputs/anyRecords", other.name().toLowerCase(Locale.ROOT), plain);
        }
      }
    }
    // A finding: the library throws a RuntimeException at a flag that nobody sets.
    byte[] reserved = {3, 1, 4, 34, 77, 24, (byte) 0xb5, 0x50, 0x50, 0x50, 0x50, 0x54, 0x50, 0x50};
    write("record/RecordsFuzzInputs/anyPackedBytes", "lz4-reserved-flag", reserved);
  }

  private void members() throws IOException {
    ByteBuffer subscription =
        ConsumerProtocol.serializeSubscription(
            new Subscription(List.of("t"), bytes("own"), List.of(new TopicPartition("t", 0))));
    ByteBuffer assignment =
        ConsumerProtocol.serializeAssignment(new Assignment(List.of(new TopicPartition("t", 0))));
    // The target takes the first half for the subscription.
    int half = Math.max(subscription.remaining(), assignment.remaining());
    byte[] both = new byte[2 * half];
    subscription.get(both, 0, subscription.remaining());
    assignment.get(both, half, assignment.remaining());
    String folder = "group/kafka/MemberBytesFuzzInputs/anySubscriptionAndAssignment";
    write(folder, "consumer", both);
    // A finding: an assignment that cannot be read.
    write(folder, "bad-assignment", new byte[] {':', '&', -2, -115, 13, 0, 26, 13, 13, 13, 13});
    folder = "group/kafka/MemberBytesFuzzInputs/anyRegularExpression";
    write(folder, "simple", text("orders-[0-9]{4}(-[a-z]+)?"));
    // A finding: its program fills the heap.
    write(folder, "repeated", text("((((((x{9}){9}){9}){9}){9}){9}){9}"));
  }

  private void write(String folder, String name, byte[] content) throws IOException {
    Files.write(Files.createDirectories(resources.resolve(folder)).resolve(name), content);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text(text));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
