package dev.daybook.eventlog.record;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/// The identity of a topic, given once at creation and never given again, so that a topic deleted and
/// created anew under the same name is another topic. Written as Kafka writes it: 22 characters of
/// URL-safe Base64 (KIP-516). Directories are named by it, never by the topic's name.
public record TopicId(long mostSignificantBits, long leastSignificantBits)
    implements Comparable<TopicId> {

  /// The catalogue's own topic: a fixed id, known before anything is read.
  public static final TopicId CATALOGUE = new TopicId(0L, 16L);

  /// A new random id. Ids below 100 are kept for Daybook itself, as in Kafka.
  public static TopicId random() {
    while (true) {
      UUID uuid = UUID.randomUUID();
      TopicId id = new TopicId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
      // A leading dash would make the directory's name look like an option to every shell tool.
      if (id.mostSignificantBits != 0 && !id.toString().startsWith("-")) {
        return id;
      }
    }
  }

  /// Reads what [#toString()] wrote.
  ///
  /// @throws IllegalArgumentException when the text is not 22 characters of URL-safe Base64
  public static TopicId parse(String text) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
    if (bytes.remaining() != 16) {
      throw new IllegalArgumentException(
          "A topic id is 22 characters of URL-safe Base64, not '" + text + "'");
    }
    return new TopicId(bytes.getLong(), bytes.getLong());
  }

  @Override
  public int compareTo(TopicId other) {
    int order = Long.compareUnsigned(mostSignificantBits, other.mostSignificantBits);
    return order != 0
        ? order
        : Long.compareUnsigned(leastSignificantBits, other.leastSignificantBits);
  }

  @Override
  public String toString() {
    byte[] bytes =
        ByteBuffer.allocate(16).putLong(mostSignificantBits).putLong(leastSignificantBits).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
