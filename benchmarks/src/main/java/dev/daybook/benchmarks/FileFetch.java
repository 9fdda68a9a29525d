package dev.daybook.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.RequestHeader;

/// A null broker's answers to one connection's Fetch requests: those of [NullFetch], each partition's records from a file of its
/// own in the page cache, sent as the system sends files, and what stands between them from memory. Nothing is looked
/// up; nothing is asked of the cache, unless the [files][FetchFiles] are to be: the bound of all who keep a log in files, and of
/// those who send nothing that came from the disk unseen.
final class FileFetch {
  /// Where the correlation id stands in a frame.
  private static final int CORRELATION_ID_AT = Integer.BYTES;

  private final FetchFiles files;
  private final NullFetch answers = new NullFetch();

  /// What an answer is made of: what stands in front of each partition's records, and behind the last ones.
  private final List<ByteBuffer> between = new ArrayList<>();

  private int frameBytes;
  private long position;

  FileFetch(FetchFiles files) {
    this.files = files;
  }

  void send(SocketChannel client, ByteBuffer request) throws IOException {
    RequestHeader header = RequestHeader.parse(request);
    short version = header.apiVersion();
    ByteBuffer frame =
        answers.answer(
            new FetchRequestData(new ByteBufferAccessor(request), version),
            version,
            header.correlationId());
    ByteBuffer records = answers.records();
    if (frame.remaining() != frameBytes) {
      frameBytes = frame.remaining();
      position = 0;
      takeApart(frame, records);
    }
    between.getFirst().putInt(CORRELATION_ID_AT, header.correlationId());
    for (int partition = 0; partition < between.size() - 1; partition++) {
      sendOwn(client, between.get(partition));
      sendRecords(client, files.of(partition, records, position), records.remaining());
    }
    sendOwn(client, between.getLast());
    position = FetchFiles.behind(position, records.remaining());
  }

  private void takeApart(ByteBuffer frame, ByteBuffer records) {
    between.clear();
    int from = 0;
    int at = 0;
    while (at + records.remaining() <= frame.limit()) {
      if (frame.slice(at, records.remaining()).equals(records)) {
        between.add(copy(frame.slice(from, at - from)));
        at += records.remaining();
        from = at;
      } else {
        at++;
      }
    }
    between.add(copy(frame.slice(from, frame.limit() - from)));
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip();
  }

  private static void sendOwn(SocketChannel client, ByteBuffer bytes) throws IOException {
    bytes.rewind();
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  private void sendRecords(SocketChannel client, FileChannel file, int recordsBytes)
      throws IOException {
    long end = position + recordsBytes;
    for (long at = position; at < end; ) {
      at += file.transferTo(at, end - at, client);
    }
  }
}
