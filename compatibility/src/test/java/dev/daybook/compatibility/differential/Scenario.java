package dev.daybook.compatibility.differential;

import java.util.List;

/// A story that stock clients live through on either side.
record Scenario(String name, Telling telling) {
  interface Telling {
    void tell(Story story) throws Exception;
  }

  static final List<Scenario> ALL =
      List.of(
          new Scenario("topics", TopicStories::topics),
          new Scenario("settings", TopicStories::settings),
          new Scenario("records", TopicStories::records),
          new Scenario("classic groups", GroupStories::classic),
          new Scenario("modern groups", GroupStories::modern),
          new Scenario("offsets", GroupStories::offsets),
          new Scenario("transactions", TransactionStories::endings),
          new Scenario("fenced producers", TransactionStories::fencing),
          new Scenario("abandoned transactions", TransactionStories::abandoned));
}
