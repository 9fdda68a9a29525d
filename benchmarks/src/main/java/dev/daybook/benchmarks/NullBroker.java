package dev.daybook.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.jspecify.annotations.Nullable;

/// A broker that acknowledges and stores nothing, and answers each Fetch with the same bytes from memory: what a client
/// reaches with it is the client's own bound. Given a directory, it answers each request when its bytes were forced there in a
/// [ForcedRing], and each Fetch from a file ([FileFetch]): what a client reaches then is the bound of all who force and keep files,
/// on this disk and these processors.
///
/// One thread per connection; each topic has as many partitions as its name says behind its last dash.
public final class NullBroker {
  /// As Daybook and Kafka have it: with a larger one the system sends files more slowly.
  private static final int SEND_BUFFER_BYTES = 100 << 10;

  private final int port;
  private final @Nullable FetchFiles files;
  private final @Nullable ForcedRing ring;

  private NullBroker(int port, @Nullable FetchFiles files, @Nullable ForcedRing ring) {
    this.port = port;
    this.files = files;
    this.ring = ring;
  }

  /// Serves on that port until killed.
  ///
  /// @param arguments the port; where to keep files, if anywhere; `twice` if each byte is to be written twice there, `kept` if once
  ///     into a file that grows, and what is fetched is to be in memory when it is sent
  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(arguments[0]);
    if (arguments.length == 1) {
      new NullBroker(port, null, null).serve();
      return;
    }
    Path directory = Path.of(arguments[1]);
    String way = arguments.length > 2 ? arguments[2] : "";
    Path file = directory.resolve("ring");
    ForcedRing ring =
        switch (way) {
          case "kept" -> ForcedRing.startGrowing(file);
          case "twice" -> ForcedRing.start(file, SecondFile.start(directory.resolve("second")));
          default -> ForcedRing.start(file, null);
        };
    new NullBroker(port, new FetchFiles(directory, way.equals("kept")), ring).serve();
  }

  private void serve() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      while (true) {
        SocketChannel client = server.accept();
        Thread.ofPlatform().daemon().start(() -> serve(client));
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      FileFetch fromFile = files == null ? null : new FileFetch(files);
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      if (fromFile != null) {
        client.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
      }
      ByteBuffer length = ByteBuffer.allocateDirect(Integer.BYTES);
      ByteBuffer frame = ByteBuffer.allocateDirect(1 << 20);
      NullFetch fetch = new NullFetch();
      while (true) {
        int bytes = read(client, length.clear()).getInt();
        frame = bytes > frame.capacity() ? ByteBuffer.allocateDirect(2 * bytes) : frame;
        ByteBuffer request = read(client, frame.clear().limit(bytes));
        if (fromFile != null && request.getShort(0) == ApiKeys.FETCH.id) {
          fromFile.send(client, request);
          continue;
        }
        ByteBuffer answer = answer(request.duplicate(), fetch);
        if (ring == null) {
          send(client, answer);
        } else {
          ring.add(request, () -> sendForced(client, answer));
        }
      }
    } catch (IOException e) {
      // The client is gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void sendForced(SocketChannel client, ByteBuffer answer) {
    try {
      send(client, answer);
    } catch (IOException e) {
      // The client is gone.
    }
  }

  private ByteBuffer answer(ByteBuffer frame, NullFetch fetch) {
    RequestHeader header = RequestHeader.parse(frame);
    short version = header.apiVersion();
    ByteBufferAccessor body = new ByteBufferAccessor(frame);
    if (header.apiKey() == ApiKeys.FETCH) {
      return fetch.answer(new FetchRequestData(body, version), version, header.correlationId());
    }
    ApiMessage response =
        switch (header.apiKey()) {
          case API_VERSIONS -> apiVersions();
          case METADATA -> metadata(new MetadataRequestData(body, version));
          case PRODUCE -> acknowledge(new ProduceRequestData(body, version));
          case INIT_PRODUCER_ID -> new InitProducerIdResponseData().setProducerId(1);
          default -> throw new IllegalArgumentException("Not served: " + header.apiKey());
        };
    // A client that asks for a version of ApiVersions above ours is answered in version 0.
    short answerVersion = header.apiKey() == ApiKeys.API_VERSIONS && version > 3 ? 0 : version;
    ByteBuffer bytes =
        RequestUtils.serialize(
            new ResponseHeaderData().setCorrelationId(header.correlationId()),
            header.apiKey().responseHeaderVersion(answerVersion),
            response,
            answerVersion);
    return ByteBuffer.allocate(Integer.BYTES + bytes.remaining())
        .putInt(bytes.remaining())
        .put(bytes)
        .flip();
  }

  private static ApiVersionsResponseData apiVersions() {
    ApiVersionsResponseData data = new ApiVersionsResponseData();
    offer(data, ApiKeys.API_VERSIONS, 0, 3);
    offer(data, ApiKeys.METADATA, 0, 12);
    offer(data, ApiKeys.PRODUCE, 3, Frames.PRODUCE_VERSION);
    offer(data, ApiKeys.INIT_PRODUCER_ID, 0, 4);
    return data;
  }

  private static void offer(ApiVersionsResponseData data, ApiKeys api, int min, int max) {
    data.apiKeys()
        .add(
            new ApiVersionsResponseData.ApiVersion()
                .setApiKey(api.id)
                .setMinVersion((short) min)
                .setMaxVersion((short) max));
  }

  private MetadataResponseData metadata(MetadataRequestData request) {
    MetadataResponseData data = new MetadataResponseData().setControllerId(1).setClusterId("null");
    data.brokers()
        .add(
            new MetadataResponseData.MetadataResponseBroker()
                .setNodeId(1)
                .setHost("127.0.0.1")
                .setPort(port));
    if (request.topics() != null) {
      request.topics().forEach(topic -> data.topics().add(describe(topic.name())));
    }
    return data;
  }

  private static MetadataResponseData.MetadataResponseTopic describe(String name) {
    MetadataResponseData.MetadataResponseTopic topic =
        new MetadataResponseData.MetadataResponseTopic().setName(name);
    int partitions = Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
    for (int partition : Frames.all(partitions)) {
      topic
          .partitions()
          .add(
              new MetadataResponseData.MetadataResponsePartition()
                  .setPartitionIndex(partition)
                  .setLeaderId(1)
                  .setLeaderEpoch(0)
                  .setReplicaNodes(List.of(1))
                  .setIsrNodes(List.of(1)));
    }
    return topic;
  }

  private static ProduceResponseData acknowledge(ProduceRequestData request) {
    ProduceResponseData data = new ProduceResponseData();
    for (var topic : request.topicData()) {
      ProduceResponseData.TopicProduceResponse response =
          new ProduceResponseData.TopicProduceResponse().setName(topic.name());
      for (var partition : topic.partitionData()) {
        response
            .partitionResponses()
            .add(new ProduceResponseData.PartitionProduceResponse().setIndex(partition.index()));
      }
      data.responses().add(response);
    }
    return data;
  }

  private static ByteBuffer read(SocketChannel client, ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (client.read(target) < 0) {
        throw new EOFException();
      }
    }
    return target.flip();
  }

  private static void send(SocketChannel client, ByteBuffer response) throws IOException {
    while (response.hasRemaining()) {
      client.write(response);
    }
  }
}
