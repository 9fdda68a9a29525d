package dev.daybook.compatibility.differential;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/// What a server calls the things that each server names itself. The script speaks of the third producer and of the topic
/// "orders"; here it is looked up what that is on one side, and what an answer of that side means.
///
/// Producers and members are counted in the order in which they appear.
final class Symbols {
  private static final long NO_PRODUCER = 4_711_000;
  private static final String NO_MEMBER = "nobody";

  private final Map<String, Uuid> topics = new HashMap<>();
  private final Map<Uuid, String> topicNames = new HashMap<>();
  private final List<Long> producers = new ArrayList<>();
  private final List<String> members = new ArrayList<>();

  /// Notes the id of a topic; an id that it had before keeps its meaning.
  void topic(String name, Uuid id) {
    if (!Uuid.ZERO_UUID.equals(id)) {
      topics.put(name, id);
      topicNames.putIfAbsent(id, "id of " + name);
    }
  }

  Uuid topicId(String name) {
    return topics.getOrDefault(name, Uuid.ZERO_UUID);
  }

  String topicName(Uuid id) {
    return Uuid.ZERO_UUID.equals(id) ? "none" : topicNames.getOrDefault(id, "unknown topic id");
  }

  long producer(int number) {
    return number < producers.size() ? producers.get(number) : NO_PRODUCER + number;
  }

  /// Notes the id of a producer that was given.
  void producer(long id) {
    if (id >= 0 && !producers.contains(id)) {
      producers.add(id);
    }
  }

  String producerName(long id) {
    if (id < 0) {
      return Long.toString(id);
    }
    int number = producers.indexOf(id);
    return number < 0 ? "unknown producer" : "producer " + number;
  }

  String member(int number) {
    return number < members.size() ? members.get(number) : NO_MEMBER;
  }

  String memberName(String id) {
    if (!id.matches(".*[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
      return id;
    }
    if (!members.contains(id)) {
      members.add(id);
    }
    return "member " + members.indexOf(id);
  }
}
